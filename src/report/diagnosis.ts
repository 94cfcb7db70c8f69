import type { Analyst, Reply, Usage } from '../analysts/analyst.js';
import { type Mechanism, STAGES, type Stage, type Verdict } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material, MaterialLog } from '../evidence/material.js';
import type { LossRecord } from '../log/document.js';
import { namesOf } from '../log/record-id.js';
import type { Answer } from '../stages/answer.js';
import { parseAnswer } from '../stages/parse-answer.js';

/** The answer to one stage, read from the analyst's own words. */
export interface StageAnswer {
  /** Null when no verdict can be read from the reply, or there is none. */
  readonly verdict: Verdict | null;
  readonly records: readonly string[];
  readonly processes: readonly (readonly [string, string])[];
  readonly calls: readonly (readonly [string, string])[];
  readonly functions: readonly string[];
  readonly mechanism: Mechanism | null;
  readonly text: string;
  /** Why there is no reply; null when there is one. */
  readonly error: string | null;
}

/** A record id that an answer cites, checked against the logs. */
export interface Citation {
  readonly id: string;
  readonly stages: readonly Stage[];
  readonly exists: boolean;
  /** The analyst got to see it. */
  readonly shown: boolean;
  /** The line that opens the record stands in a reply word for word (addresses and process ids aside). */
  readonly quoted: boolean;
}

/** A record that the answers cite, with its lines. */
export interface Evidence {
  readonly record: LossRecord;
  readonly file: string;
  readonly text: readonly string[];
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
  const known = recordsByName(material);
  const session = await analyst.open(material);
  const replies = new Map<Stage, Reply>();
  const stages = {} as { [stage in Stage]: StageAnswer };
  let failure: string | null = null;
  for (const stage of STAGES) {
    if (failure !== null) {
      stages[stage] = unanswered(`not asked: ${failure}`);
      continue;
    }
    try {
      const reply = await session.ask(stage, signal);
      replies.set(stage, reply);
      stages[stage] = answered(
        parseAnswer(reply.text, stage, { isKnown: (id) => known.has(id) }),
        reply.text,
      );
    } catch (error) {
      if (!(error instanceof LeaktrailError) || error.exitCode === 2) throw error;
      failure = error.message;
      stages[stage] = unanswered(failure);
    }
  }
  const citations = checkCitations(known, stages, replies);
  return {
    analyst: analyst.name,
    logs: material.logs.map(({ document: { role, file, lines } }) => ({ role, file, lines })),
    stages,
    citations,
    evidence: evidenceOf(known, citations),
    usage: totalUsage([...replies.values()]),
  };
}

function answered(
  { verdict, records, processes, calls, functions, mechanism }: Answer,
  text: string,
): StageAnswer {
  return { verdict, records, processes, calls, functions, mechanism, text, error: null };
}

function unanswered(error: string): StageAnswer {
  return {
    verdict: null,
    records: [],
    processes: [],
    calls: [],
    functions: [],
    mechanism: null,
    text: '',
    error,
  };
}

/** Records by every name that they answer to; null where several do. */
type RecordsByName = ReadonlyMap<string, { readonly record: LossRecord; readonly log: MaterialLog } | null>;

function recordsByName(material: Material): RecordsByName {
  const found = new Map<string, { record: LossRecord; log: MaterialLog } | null>();
  for (const log of material.logs) {
    for (const record of log.document.records) {
      for (const name of namesOf(record)) found.set(name, found.has(name) ? null : { record, log });
    }
  }
  return found;
}

function checkCitations(
  known: RecordsByName,
  stages: Diagnosis['stages'],
  replies: ReadonlyMap<Stage, Reply>,
): Citation[] {
  const words = plain([...replies.values()].map((reply) => reply.text).join('\n'));
  const cited = new Map<string, Stage[]>();
  for (const stage of STAGES) {
    for (const id of stages[stage].records) cited.set(id, [...(cited.get(id) ?? []), stage]);
  }
  return [...cited].map(([id, byStages]) => {
    const match = known.get(id) ?? null;
    const shown = byStages.every(
      (stage) => replies.get(stage)?.shown?.includes(match?.record.id ?? id) ?? true,
    );
    return {
      id: match?.record.id ?? id,
      stages: byStages,
      exists: match !== null,
      shown: match !== null && shown,
      quoted: match !== null && words.includes(plain(match.log.text.line(match.record.lines[0]))),
    };
  });
}

/** Text without what differs between runs or is lost when it is copied: pid prefixes, addresses, spacing. */
function plain(text: string): string {
  return text
    .replace(/^(?:==|--|\*\*)\d+(?:==|--|\*\*)/gm, '')
    .replace(/0x[0-9a-f]+:?/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function evidenceOf(known: RecordsByName, citations: readonly Citation[]): Evidence[] {
  return citations.flatMap(({ id }) => {
    const match = known.get(id) ?? null;
    if (match === null) return [];
    return [
      {
        record: match.record,
        file: match.log.document.file,
        text: match.log.text.range(...match.record.lines),
      },
    ];
  });
}

function totalUsage(replies: readonly Reply[]): Usage | null {
  const usages = replies.flatMap((reply) => (reply.usage === undefined ? [] : [reply.usage]));
  if (usages.length === 0) return null;
  return {
    inputTokens: usages.reduce((sum, usage) => sum + usage.inputTokens, 0),
    outputTokens: usages.reduce((sum, usage) => sum + usage.outputTokens, 0),
  };
}
