import type { Mechanism, Stage, Verdict } from '../cases/truth.js';
import { answerSchema } from './answer-schema.js';
import { citationTokens } from './citation-tokens.js';
import { type RecordHints, RecordReader } from './cited-records.js';
import { exactMechanism, mechanismIn } from './mechanism-words.js';
import { cleanName, type Pair, PairSet, readRelations } from './relations.js';
import type { ReplyText } from './reply-text.js';
import { verdictOf } from './verdict-words.js';

/** What a JSON object says as an answer. */
export interface JsonReading {
  readonly verdict: Verdict;
  readonly records: readonly string[];
  readonly processes: readonly Pair[];
  readonly calls: readonly Pair[];
  readonly functions: readonly string[];
  readonly mechanism: Mechanism | null;
  /** It keeps to `answerSchema` and is the whole reply. */
  readonly canonical: boolean;
  /** A citation inside of its verdict (`"answer": "YES:{351}"`) is still to be read. */
  readonly verdictText: string;
  readonly span: readonly [number, number];
}

const VERDICT_KEY = /^(?:verdict|answer|final_?answer|conclusion|result|decision|response)$/i;
const QUESTION_KEY: { readonly [stage in Stage]: RegExp } = {
  relationship: /^(?:has_?)?(?:calling_?)?relationship(?:_?(?:found|detected|exists))?$/i,
  leak: /^(?:has_?|is_?)?(?:memory_?)?leak(?:s|ing)?(?:_?(?:found|detected|exists|present))?$/i,
  'root-cause': /^root_?cause(?:_?(?:found|deduced|known))?$/i,
};
const RECORDS_KEY =
  /^(?:(?:loss|leak|cited|log)?_?(?:records?|record_?ids?|record_?numbers?|index|indexes|indices|ids?|citations?)|blocks|日志索引|记录)$/i;
const PROCESSES_KEY = /^(?:processes|process_?pairs|peers)$/i;
const CALLS_KEY = /^(?:calls|call_?pairs|call_?chains?|functions_?calls)$/i;
const FUNCTIONS_KEY = /^(?:functions?|functions?_?at_?fault|culprits?|function_?names?)$/i;
const MECHANISM_KEY = /^(?:mechanism|leak_?type)$/i;

/** The answer in a reply that is a JSON object, or holds one by itself or in a fence; null when there is none. */
export function readJsonAnswer(reply: ReplyText, stage: Stage, hints: RecordHints): JsonReading | null {
  for (const [start, end] of jsonStretches(reply).toReversed()) {
    const value = parseJson(reply.raw.slice(start, end)) ?? parseJson(mended(reply.raw.slice(start, end)));
    const whole =
      start === reply.raw.length - reply.raw.trimStart().length && end === reply.raw.trimEnd().length;
    const found = answerObject(value, stage, 0);
    if (found === null) continue;
    return {
      ...readObject(found.object, stage, hints),
      verdict: found.verdict,
      verdictText: found.text,
      canonical: whole && found.object === value && isToTheLetter(found.object, stage),
      span: [start, end],
    };
  }
  return null;
}

/** The whole reply, each fence, and what lies between the first line that begins an object and the last that ends one. */
function jsonStretches(reply: ReplyText): [number, number][] {
  const { text, lines } = reply;
  const stretches: [number, number][] = [];
  let fenceStart: number | null = null;
  let objectStart: number | null = null;
  let objectEnd: number | null = null;
  for (const line of lines) {
    const content = text.slice(line.start, line.end).trim();
    if (/^(?:`{3,}|~{3,})/.test(content)) {
      if (fenceStart !== null) stretches.push([fenceStart, line.start]);
      fenceStart = fenceStart === null ? line.end + 1 : null;
    } else if (!line.fenced) {
      if (objectStart === null && content.startsWith('{')) objectStart = line.start;
      if (objectStart !== null && content.endsWith('}')) objectEnd = line.end;
    }
  }
  if (objectStart !== null) stretches.push([objectStart, objectEnd ?? text.length]);
  return stretches
    .map(([start, end]): [number, number] => {
      const stretch = reply.raw.slice(start, end);
      return [start + stretch.length - stretch.trimStart().length, start + stretch.trimEnd().length];
    })
    .filter(([start]) => text[start] === '{');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** An object that was cut short, up to its last whole element. */
function mended(text: string): string {
  const open: string[] = [];
  let quoted = false;
  let cut = { at: 0, closers: '' };
  for (let index = 0; index < text.length; index++) {
    const sign = text[index] as string;
    if (quoted) {
      if (sign === '\\') index++;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === '{' || sign === '[') open.push(sign === '{' ? '}' : ']');
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ',' && open.length < 8) cut = { at: index, closers: open.toReversed().join('') };
  }
  return open.length === 0 ? '' : text.slice(0, cut.at) + cut.closers;
}

type JsonObject = { readonly [key: string]: unknown };

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object with a verdict: this one, or one inside of it, not deep. */
function answerObject(
  value: unknown,
  stage: Stage,
  depth: number,
): { object: JsonObject; verdict: Verdict; text: string } | null {
  if (!isObject(value)) return null;
  const entries = Object.entries(value);
  for (const keys of [VERDICT_KEY, QUESTION_KEY[stage]]) {
    for (const [key, said] of entries) {
      if (!keys.test(key)) continue;
      if (typeof said === 'boolean') return { object: value, verdict: said ? 'YES' : 'NO', text: '' };
      const word =
        typeof said === 'string'
          ? /^[\s*"'`]*(yes|no|unsure|是|否|不确定)(?![\p{L}\p{N}])/iu.exec(said)
          : null;
      if (stage === 'leak' && typeof said === 'string' && /^\s*(?:memory[ _-])?leak/i.test(said)) {
        return { object: value, verdict: 'YES', text: '' };
      }
      if (word !== null)
        return {
          object: value,
          verdict: verdictOf(word[1] as string),
          text: (said as string).slice(word[0].length),
        };
    }
  }
  if (depth === 3) return null;
  for (const [, inner] of entries) {
    const found = answerObject(inner, stage, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function readObject(
  object: JsonObject,
  stage: Stage,
  hints: RecordHints,
): Omit<JsonReading, 'verdict' | 'verdictText' | 'canonical' | 'span'> {
  const pick = (keys: RegExp) =>
    Object.entries(object).flatMap(([key, value]) => (keys.test(key) ? [value].flat() : []));
  const records = new Set<string>();
  if (stage !== 'relationship') {
    for (const [key, value] of Object.entries(object)) {
      if (!RECORDS_KEY.test(key)) continue;
      for (const element of [value].flat()) {
        for (const id of recordsIn(element, Array.isArray(value), hints)) records.add(id);
      }
    }
  }
  const processes = new PairSet(false);
  const calls = new PairSet(true);
  if (stage === 'relationship') {
    for (const pair of pairsIn(pick(PROCESSES_KEY), 'processes')) processes.add(pair);
    for (const pair of pairsIn(pick(CALLS_KEY), 'calls')) calls.add(pair);
  }
  const isCause = stage === 'root-cause';
  const functions = isCause
    ? pick(FUNCTIONS_KEY)
        .filter(isText)
        .map(cleanName)
        .filter((name) => name !== '')
    : [];
  const how = isCause ? pick(MECHANISM_KEY).find(isText) : undefined;
  const mechanism = how === undefined ? null : (exactMechanism(how) ?? mechanismIn(how));
  return {
    records: [...records],
    processes: processes.pairs,
    calls: calls.pairs,
    functions: [...new Set(functions)],
    mechanism,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A number, a string that cites, or an object with an id. */
function recordsIn(value: unknown, alone: boolean, hints: RecordHints): readonly string[] {
  if (isObject(value)) {
    const id = Object.entries(value).find(([key]) => /^(?:id|record|record_?id|number|index)$/i.test(key));
    if (id === undefined) return [];
    const owner = Object.entries(value).find(([key]) => /^(?:role|log|process|pid)$/i.test(key))?.[1];
    const prefix = typeof owner === 'string' || typeof owner === 'number' ? `${owner}:` : '';
    return recordsIn(typeof id[1] === 'number' ? `${prefix}${id[1]}` : id[1], true, hints);
  }
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  // One element of a list is one record, so a comma in it separates thousands.
  const text = `${value}`.replace(alone ? /^(\d{1,3}),(\d{3})$/ : /$^/, '$1$2');
  const reader = new RecordReader(citationTokens(text, 0, text.length), hints);
  reader.readAll();
  return reader.result.ids;
}

/** Pairs as objects, as two-element lists, or as strings with arrows. */
function pairsIn(values: readonly unknown[], kind: 'processes' | 'calls'): Pair[] {
  const pairs: Pair[] = [];
  // A list of lists has lost one level on the way here.
  if (values.length % 2 === 0 && values.every((value) => isText(value) && !/[→←↔]|->|=>/.test(value))) {
    for (let index = 0; index < values.length; index += 2)
      pairs.push([values[index] as string, values[index + 1] as string]);
    return pairs;
  }
  for (const value of values) {
    if (isObject(value)) {
      const names = Object.values(value).filter(isText);
      if (names.length === 2) pairs.push([names[0] as string, names[1] as string]);
    } else if (Array.isArray(value) && value.length === 2 && value.every(isText)) {
      pairs.push([value[0] as string, value[1] as string]);
    } else if (isText(value)) {
      const arrows = value.replace(/<-{1,2}>|<=>/g, '↔').replace(/(?<!operator)[-=]{1,2}>/g, '→');
      for (const pair of readRelations(`${kind}: ${arrows}`, false)[kind]) pairs.push(pair);
    }
  }
  return pairs;
}

const RECORD_ID = /^(?:[A-Za-z_][\w.-]*:)?(?:(?:\d+(?:\.\d+)?|\?):)?[1-9]\d{0,6}$/;

function isToTheLetter(object: JsonObject, stage: Stage): boolean {
  const checked = answerSchema(stage).safeParse(object);
  if (!checked.success) return false;
  const records = 'records' in checked.data ? checked.data.records : [];
  return records.every((id) => RECORD_ID.test(id));
}
