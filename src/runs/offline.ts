import type { Analyst } from '../analysts/analyst.js';
import { baselines } from '../analysts/baselines.js';
import { EVIDENCE_KINDS } from '../analysts/rules/analysis.js';
import { rulesAnalyst } from '../analysts/rules.js';
import { transcript } from '../analysts/transcript.js';
import type { Stage } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import { quoteChecker } from '../stages/quotes.js';
import type { ReplyLine } from './run-file.js';

const TRANSCRIPT = 'transcript:';
const RULES = 'rules';

/** An analyst that needs no model, by its name. */
export function offlineAnalyst(name: string): Analyst {
  if (name.startsWith(TRANSCRIPT)) return transcript(name.slice(TRANSCRIPT.length));
  if (name === RULES || name.startsWith(`${RULES}:`)) return rulesNamed(name);
  const analyst = baselines.find((one) => one.name === name);
  if (analyst !== undefined) return analyst;
  throw new LeaktrailError('usage', `no analyst is called ${name}`, {
    hint: `there are: ${[RULES, ...baselines.map((one) => one.name)].join(', ')}, transcript:NAME, and models as provider:model`,
  });
}

/** `rules:without-events:without-pools` leaves two kinds of evidence out, to see what they are worth. */
function rulesNamed(name: string): Analyst {
  const without = name
    .split(':')
    .slice(1)
    .map((part) => {
      const kind = EVIDENCE_KINDS.find((one) => part === `without-${one}`);
      if (kind !== undefined) return kind;
      throw new LeaktrailError('usage', `the rules know no ${part}`, {
        hint: `leave out evidence with ${EVIDENCE_KINDS.map((one) => `without-${one}`).join(', ')}`,
      });
    });
  return rulesAnalyst({ without: new Set(without) });
}

/** Whether a case can be put to an analyst at all: a transcript belongs to the cases that have it. */
export function hasAnswersFor(name: string, transcripts: readonly string[]): boolean {
  return !name.startsWith(TRANSCRIPT) || transcripts.includes(name.slice(TRANSCRIPT.length));
}

/**
 * Puts the stages of one case to an analyst that needs no model, in one sitting.
 * What it cannot answer becomes a line with an error, and stays in the denominator.
 */
export async function answerOffline(
  analyst: Analyst,
  material: Material,
  sitting: { readonly contestant: string; readonly repeat: number; readonly stages: readonly Stage[] },
): Promise<ReplyLine[]> {
  const session = await analyst.open(material);
  const quotesOf = quoteChecker(material.logs.map(({ text }) => text));
  const lines: ReplyLine[] = [];
  for (const stage of sitting.stages) {
    const { contestant, repeat } = sitting;
    const question = { case: material.id, contestant, stage, repeat, chunk: 0 };
    try {
      const { text, shown, beliefs } = await session.ask(stage);
      lines.push({
        ...question,
        text,
        error: null,
        ...(shown && { shown: [...shown] }),
        ...(beliefs && {
          beliefs: beliefs.map(({ records, ...one }) => ({ records: [...records], ...one })),
        }),
        quotes: quotesOf(text),
      });
    } catch (error) {
      if (!(error instanceof LeaktrailError)) throw error;
      lines.push({ ...question, text: null, error: { kind: error.code, message: error.message } });
    }
  }
  return lines;
}
