import type { Stage } from '../../cases/truth.js';
import type { LossRecord } from '../../log/document.js';
import { formatAnswer } from '../../stages/format-answer.js';
import type { Analysis, Cause, LeakGroup, Quote } from './analysis.js';

/** More causes, steps or quotes than these are not read. */
const MOST_CAUSES = 5;
const MOST_REJECTED = 5;
const LONGEST_QUOTE = 160;

/** The answer to a stage in words: the reasoning step by step, then the canonical conclusion. */
export function wordReply(analysis: Analysis, stage: Stage): string {
  const { reasoning, conclusion } = WORDINGS[stage](analysis);
  return `${[...reasoning, conclusion].join('\n')}\n`;
}

interface Wording {
  readonly reasoning: readonly string[];
  readonly conclusion: string;
}

const WORDINGS: Readonly<Record<Stage, (analysis: Analysis) => Wording>> = {
  relationship: wordRelationship,
  leak: wordLeak,
  'root-cause': wordRootCause,
};

function wordRelationship({ relationship }: Analysis): Wording {
  const { verdict, links, calls } = relationship;
  return {
    reasoning: [
      ...links.map(
        ({ processes, quote }) => `- ${processes.join(' and ')} talk to each other: ${quoted(quote)}`,
      ),
      ...calls.map(
        ({ caller, callee, record }) =>
          `- ${caller} calls ${callee}, as the stack of record ${record} shows.`,
      ),
    ],
    conclusion: formatAnswer({
      stage: 'relationship',
      verdict,
      processes: links.map(({ processes }) => processes),
      calls: calls.map(({ caller, callee }) => [caller, callee] as const),
    }),
  };
}

function wordLeak({ leak, causes, rejected }: Analysis): Wording {
  const { verdict, reason } = leak;
  const shown = causes.slice(0, MOST_CAUSES);
  const more = causes.length - shown.length;
  return {
    reasoning: [
      `- In short: ${reason}.`,
      ...shown.flatMap(wordFindings),
      ...(more > 0 ? [`- ${more} smaller causes of the same certainty are cited with them.`] : []),
      ...rejected
        .slice(0, MOST_REJECTED)
        .map(
          ({ groups, reason: why }) =>
            `- Not cited: ${recordsText(groups.flatMap(({ records }) => records))}; ${why}.`,
        ),
    ],
    conclusion: formatAnswer({ stage: 'leak', verdict, records: idsOf(causes.flatMap(lostRecords)) }),
  };
}

function wordFindings({ roots, children, findings, probability, functions }: Cause): string[] {
  const steps = findings.map(
    ({ text, quotes }) => `  - ${text}${quotes.map((quote) => `: ${quoted(quote)}`).join('')}`,
  );
  const held =
    children.length === 0
      ? []
      : [`  - ${recordsText(children.flatMap(({ records }) => records))} lost with it, held by its blocks`];
  const share = `${Math.round(probability * 100)}%`;
  return [
    `- ${recordsText(roots.flatMap(({ records }) => records))}, lost through ${functions.join(', ')} (probability ${share}):`,
    ...steps,
    ...held,
  ];
}

function wordRootCause({ leak, causes }: Analysis): Wording {
  const [first] = causes;
  if (first === undefined) {
    const { verdict, reason } = leak;
    return {
      reasoning: [`- No root cause: ${reason}.`],
      conclusion: formatAnswer({ stage: 'root-cause', verdict: verdict === 'YES' ? 'UNSURE' : verdict }),
    };
  }
  return {
    reasoning: causes
      .slice(0, MOST_CAUSES)
      .map(
        ({ telling, functions, mechanism, mechanismReason }) =>
          `- ${mechanism}, in or around ${functions.join(', ')}: ${mechanismReason} (${recordsText(telling.flatMap(rootRecords))}).`,
      ),
    conclusion: formatAnswer({
      stage: 'root-cause',
      verdict: 'YES',
      functions: first.functions,
      mechanism: first.mechanism,
      records: idsOf(causes.flatMap(({ telling }) => telling.flatMap(rootRecords))),
    }),
  };
}

/** All that a cause lost, by itself and with it. */
function lostRecords({ roots, children }: Cause): LossRecord[] {
  return [...roots, ...children].flatMap(({ records }) => records);
}

/** What a group lost by itself. */
function rootRecords({ records }: LeakGroup): LossRecord[] {
  return records.filter(({ kind }) => kind !== 'indirectly-lost');
}

function idsOf(records: readonly LossRecord[]): string[] {
  return records.map(({ id }) => id);
}

/** More ids than these are counted, not listed; the conclusion has them all. */
const MOST_IDS = 6;

function recordsText(records: readonly LossRecord[]): string {
  const ids = idsOf(records.slice(0, MOST_IDS)).join(', ');
  const more = records.length - MOST_IDS;
  return `${records.length === 1 ? 'record' : 'records'} ${ids}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A line of the log between quotation marks, with its place; it can hold anything and is cut where it is long. */
function quoted({ log, lines, text }: Quote): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}`"]/gu, ' ').trim();
  const short = clean.length > LONGEST_QUOTE ? `${clean.slice(0, LONGEST_QUOTE)}...` : clean;
  return `"${short}" (${log}, line ${lines[0]})`;
}
