import type { Stage } from '../../cases/truth.js';
import type { MaterialLog } from '../../evidence/material.js';
import type { LossRecord } from '../../log/document.js';
import { formatAnswer } from '../../stages/format-answer.js';
import type { Analysis, Call, Cause, LeakGroup, Quote, Rejection } from './analysis.js';
import { quoter, type ShowQuote } from './quote.js';

/** More causes, rejections, ids or calls than these are counted, not shown. */
const MOST_CAUSES = 5;
const MOST_REJECTIONS = 5;
const MOST_IDS = 6;
const LONGEST_STACK = 8;

/** The answer to a stage in words: the reasoning step by step with lines of the logs, then the canonical conclusion. */
export function wordReply(analysis: Analysis, stage: Stage, logs: readonly MaterialLog[]): string {
  const { reasoning, conclusion } = WORDINGS[stage](analysis, quoter(logs));
  return `${[...reasoning, '', conclusion].join('\n')}\n`;
}

interface Wording {
  readonly reasoning: readonly string[];
  readonly conclusion: string;
}

const WORDINGS: Readonly<Record<Stage, (analysis: Analysis, show: ShowQuote) => Wording>> = {
  relationship: wordRelationship,
  leak: wordLeak,
  'root-cause': wordRootCause,
};

function wordRelationship({ relationship }: Analysis, show: ShowQuote): Wording {
  const { verdict, links, calls } = relationship;
  const reasoning = [
    ...links.flatMap(({ processes, quote }) => [
      `- ${processes.join(' and ')} have to do with each other (${quote.log}, line ${quote.line}).`,
      ...show(quote),
    ]),
    ...callsByRecord(calls).map(
      ([record, of]) => `- The stack of record ${record} shows ${of.map(callText).join(', ')}.`,
    ),
  ];
  return {
    reasoning: reasoning.length > 0 ? reasoning : ['- The logs show no process beside another and no call.'],
    conclusion: formatAnswer({
      stage: 'relationship',
      verdict,
      processes: links.map(({ processes }) => processes),
      calls: calls.map(({ caller, callee }) => [caller, callee] as const),
    }),
  };
}

function callsByRecord(calls: readonly Call[]): [string, Call[]][] {
  const byRecord = new Map<string, Call[]>();
  for (const call of calls) byRecord.set(call.record, [...(byRecord.get(call.record) ?? []), call]);
  return [...byRecord];
}

function callText({ caller, callee }: Call): string {
  return `${caller} calling ${callee}`;
}

function wordLeak({ leak, causes, rejected }: Analysis, show: ShowQuote): Wording {
  const { verdict, reason } = leak;
  const further = causes.slice(MOST_CAUSES);
  return {
    reasoning: [
      `In short: ${reason}.`,
      ...causes.slice(0, MOST_CAUSES).flatMap((cause, index) => wordEvidence(cause, index, show)),
      ...(further.length > 0
        ? [`- Beside these: ${recordsText(further.flatMap(lostRecords))}, lost in smaller numbers.`]
        : []),
      ...wordRejections(rejected),
    ],
    conclusion: formatAnswer({ stage: 'leak', verdict, records: idsOf(causes.flatMap(lostRecords)) }),
  };
}

function wordEvidence(cause: Cause, index: number, show: ShowQuote): string[] {
  const { roots, children, findings, probability } = cause;
  const share = `${Math.min(99, Math.round(probability * 100))}%`;
  return [
    `${index + 1}. ${capital(recordsText(roots.flatMap(rootRecords)))}: a leak with a probability of ${share}.`,
    ...stackLines(roots[0], show),
    ...findings.flatMap(({ text, quotes }) => [
      `   - ${capital(text)}${quotes.map(placeOf).join('')}.`,
      ...quotes.flatMap(show),
    ]),
    ...(children.length === 0
      ? []
      : [
          `   - ${capital(recordsText(children.flatMap(({ records }) => records)))}: lost with it, held by its blocks.`,
        ]),
  ];
}

/** The record of a group that lost most, with its place in the log and its calls. */
function stackLines(group: LeakGroup | undefined, show: ShowQuote): string[] {
  if (group === undefined) return [];
  const records = rootRecords(group);
  const record = records.toSorted((a, b) => b.blocks - a.blocks)[0];
  if (record === undefined) return [];
  const calls = group.own.slice(0, LONGEST_STACK).map((frame) => frame.function ?? '???');
  const [first, last] = record.lines;
  return [
    `   - Record ${record.id} (${record.log}, lines ${first} to ${last}) was made in ${wordCalls(calls)}.`,
    ...show({ log: record.log, line: first }),
  ];
}

function wordCalls([made, ...outwards]: readonly string[]): string {
  return outwards.length === 0 ? `${made}` : `${made}, called from ${outwards.join(' from ')}`;
}

function wordRejections(rejected: readonly Rejection[]): string[] {
  const lines = rejected
    .slice(0, MOST_REJECTIONS)
    .map(
      ({ groups, reason }) =>
        `- Not cited: ${recordsText(groups.flatMap(({ records }) => records))}; ${reason}.`,
    );
  const further = rejected
    .slice(MOST_REJECTIONS)
    .flatMap(({ groups }) => groups.flatMap(({ records }) => records));
  return further.length === 0
    ? lines
    : [...lines, `- Nor ${further.length} more, for reasons of the same kinds.`];
}

function wordRootCause({ leak, causes }: Analysis, show: ShowQuote): Wording {
  const telling = causes.filter((cause) => cause.telling.length > 0);
  const [first] = telling;
  if (first === undefined) {
    return {
      reasoning: [`No root cause: ${leak.reason}.`],
      conclusion: formatAnswer({ stage: 'root-cause', verdict: leak.verdict }),
    };
  }
  return {
    reasoning: telling.slice(0, MOST_CAUSES).flatMap((cause, index) => wordCause(cause, index, show)),
    conclusion: formatAnswer({
      stage: 'root-cause',
      verdict: 'YES',
      functions: first.functions,
      mechanism: first.mechanism,
      records: idsOf(telling.flatMap((cause) => cause.telling.flatMap(rootRecords))),
    }),
  };
}

function wordCause(cause: Cause, index: number, show: ShowQuote): string[] {
  const { telling, functions, mechanism, mechanismReason, mechanismQuotes, lifecycle, blocks, bytes } = cause;
  const amount = `${blocks === 1 ? 'One block' : `${blocks} blocks`} with ${bytes} bytes`;
  const steps = [
    `${index + 1}. ${capital(recordsText(telling.flatMap(rootRecords)))}: ${mechanism}.`,
    ...stackLines(telling[0], show),
    `   - ${amount}: ${mechanismReason}${mechanismQuotes.map(placeOf).join('')}.`,
    ...mechanismQuotes.flatMap(show),
  ];
  if (functions.length > 0) steps.push(`   - Look at ${functions.join(', ')}.`);
  if (lifecycle !== null) {
    const { begin, ends, seen } = lifecycle;
    steps.push(
      seen === null
        ? `   - By its name ${begin} has a counterpart (${ends.join(', ')}); no stack of the logs shows one.`
        : `   - By its name ${begin} has its counterpart in ${seen}, which a stack of the logs shows.`,
    );
  }
  return steps;
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

function recordsText(records: readonly LossRecord[]): string {
  const ids = idsOf(records.slice(0, MOST_IDS)).join(', ');
  const more = records.length - MOST_IDS;
  return `${records.length === 1 ? 'record' : 'records'} ${ids}${more > 0 ? ` and ${more} more` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function placeOf({ log, line }: Quote): string {
  return ` (first in ${log}, line ${line})`;
}
