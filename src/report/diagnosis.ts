import type { Analyst, Reply, Usage } from '../analysts/analyst.js';
import { type Mechanism, STAGES, type Stage, type Verdict } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import type { Answer } from '../stages/answer.js';
import { parseAnswer } from '../stages/parse-answer.js';
import { type Citation, type Evidence, KnownRecords } from './citations.js';

/** The answer to one stage, read from the analyst's own words. */
export interface StageAnswer {
  /** Null when no verdict can be read from the reply, or there is none. */
  readonly verdict: Verdict | null;
  /** The cited records by their own ids, each once; what is no record stays as it was written. */
  readonly records: readonly string[];
  readonly processes: readonly (readonly [string, string])[];
  readonly calls: readonly (readonly [string, string])[];
  readonly functions: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly text: string;
  /** The text without a last line that only says in the answer grammar what the fields above hold. */
  readonly words: string;
  /** Why there is no reply; null when there is one. */
  readonly error: string | null;
}

/** Answers to the three questions about some logs, each citation checked. */
export interface Diagnosis {
  readonly analyst: string;
  readonly logs: readonly { readonly role: string; readonly file: string; readonly lines: number }[];
  readonly stages: { readonly [stage in Stage]: StageAnswer };
  readonly citations: readonly Citation[];
  readonly evidence: readonly Evidence[];
  /** Tokens over all stages; null for analysts that use none. */
  readonly usage: Usage | null;
  /** US dollars for them by models.yaml; null where they cost nothing or the price is not known. */
  readonly cost: number | null;
}

/**
 * Puts the three questions to an analyst and checks what it cites. A stage that fails is part of the outcome, with
 * its error; the stages before it are kept, since they may have been paid for. A wrong call (no key, unknown model)
 * rejects.
 */
export async function diagnose(
  material: Material,
  analyst: Analyst,
  signal?: AbortSignal,
): Promise<Diagnosis> {
  const { diagnosis, failure } = await attempt(material, analyst, signal);
  if (failure?.exitCode === 2) throw failure;
  return diagnosis;
}

/** A diagnosis, and what kept it from being complete: null where every stage has a reply. */
export interface Attempt {
  readonly diagnosis: Diagnosis;
  readonly failure: LeaktrailError | null;
}

/** As `diagnose`, but whatever goes wrong is part of the outcome. Rejects only for a fault of leaktrail's own. */
export async function attempt(material: Material, analyst: Analyst, signal?: AbortSignal): Promise<Attempt> {
  const known = new KnownRecords(material);
  const { replies, failure } = await repliesOf(material, analyst, signal);
  const stages = {} as { [stage in Stage]: StageAnswer };
  for (const stage of STAGES) {
    const reply = replies.get(stage);
    stages[stage] =
      reply === undefined
        ? unanswered(stage, replies.size, failure?.message ?? '')
        : answered(stage, reply.text, known);
  }
  const cited = new Map(STAGES.map((stage) => [stage, stages[stage].records]));
  const citations = known.check(cited, replies);
  const usages = [...replies.values()].flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  const diagnosis = {
    analyst: analyst.name,
    logs: material.logs.map(({ document: { role, file, lines } }) => ({ role, file, lines })),
    stages,
    citations,
    evidence: known.evidence(citations),
    usage: totalUsage(usages),
    cost: await totalCost(analyst.name, usages),
  };
  return { diagnosis, failure };
}

/** The replies up to the first failure. */
async function repliesOf(
  material: Material,
  analyst: Analyst,
  signal: AbortSignal | undefined,
): Promise<{ replies: Map<Stage, Reply>; failure: LeaktrailError | null }> {
  const replies = new Map<Stage, Reply>();
  try {
    const session = await analyst.open(material);
    for (const stage of STAGES) replies.set(stage, await session.ask(stage, signal));
  } catch (error) {
    if (error instanceof LeaktrailError) return { replies, failure: error };
    throw error;
  }
  return { replies, failure: null };
}

function answered(stage: Stage, text: string, known: KnownRecords): StageAnswer {
  const answer = parseAnswer(text, stage, { isKnown: (id) => known.has(id) });
  const { verdict, processes, calls, functions, mechanism } = answer;
  const records = known.idsOf(answer.records);
  const words = wordsOf(text, answer);
  return { verdict, records, processes, calls, functions, mechanism, text, words, error: null };
}

function wordsOf(text: string, { form, span }: Answer): string {
  const closes = form === 'canonical' && span !== null && text.slice(span[1]).trim() === '';
  return (closes ? text.slice(0, span[0]) : text).trim();
}

/** @param answers how many stages have a reply: the one after them failed, and those after it were not asked */
function unanswered(stage: Stage, answers: number, failure: string): StageAnswer {
  return {
    verdict: null,
    records: [],
    processes: [],
    calls: [],
    functions: [],
    mechanism: null,
    text: '',
    words: '',
    error: STAGES.indexOf(stage) === answers ? failure : `not asked: ${failure}`,
  };
}

function totalUsage(usages: readonly Usage[]): Usage | null {
  if (usages.length === 0) return null;
  return {
    inputTokens: usages.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: usages.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
  };
}

/** The table of prices is loaded only where there is something to price. */
async function totalCost(analyst: string, usages: readonly Usage[]): Promise<number | null> {
  if (usages.length === 0) return null;
  const [{ modelPrice }, { costOf }] = await Promise.all([
    import('../context/models.js'),
    import('../context/prices.js'),
  ]);
  const price = await modelPrice(analyst);
  return price === null ? null : usages.reduce((sum, usage) => sum + costOf(price, usage), 0);
}
