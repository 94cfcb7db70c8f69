import path from 'node:path';
import type { Frame, LogDocument, LossRecord, Stack } from '../log/document.js';
import { functionOf, signatureOf } from '../log/signature.js';

/** Where the C library and its like begin a thread; a thread's own first function stands below. */
const THREAD_START = /^(?:start_thread|_?_?clone3?|execute_native_thread_routine.*|asan_thread_start.*)$/;

/** How signatures join functions. */
const JOINT = ' < ';

/** Where a whole stack ends. */
const PROGRAM_START = /^(?:main|\(below main\)|_start|__libc_start\w+)$/;

/** Fewer stacks of one length may all have it by chance. */
const FEWEST_CUT_STACKS = 5;

/**
 * The same stack in every run of a program: functions from the allocation outwards, allocators trimmed.
 *
 * Three things that differ from run to run are taken out. Where reports cut stacks at different depths
 * (`--num-callers`), all are cut at the least. A worker's loop is entered from a thread's start or, by the
 * thread that started the others, from `main`: the stack ends at the loop. A function that calls itself counts once,
 * for how deep it went is the data's doing.
 */
export interface StackNormaliser {
  functionsOf(record: LossRecord): readonly string[];
}

/** @param documents all logs of the comparison: what begins a thread in one of them is cut in all. */
export function stackNormaliser(documents: readonly LogDocument[]): StackNormaliser {
  const entries = threadEntries(documents);
  const depth = documents.reduce(
    (least, document) => Math.min(least, cutAt(document)),
    Number.POSITIVE_INFINITY,
  );
  const cache = new WeakMap<Stack, readonly string[]>();
  return {
    functionsOf: ({ frames }) => {
      let functions = cache.get(frames);
      if (functions === undefined) {
        functions = normalise(signatureOf(cutTo(frames, depth)).split(JOINT), entries);
        cache.set(frames, functions);
      }
      return functions;
    },
  };
}

/** How many calls a report shows at most, where it tells: no stack has more, and several that have as many are not whole. */
function cutAt({ records }: LogDocument): number {
  const stacks = [...new Set(records.map(({ frames }) => frames))];
  const deepest = stacks.reduce((most, frames) => Math.max(most, depthOf(frames)), 0);
  const cut = stacks.filter((frames) => {
    const outermost = frames.at(-1)?.function ?? '';
    return depthOf(frames) === deepest && !PROGRAM_START.test(outermost) && !THREAD_START.test(outermost);
  });
  return cut.length >= FEWEST_CUT_STACKS ? deepest : Number.POSITIVE_INFINITY;
}

/** How many addresses stand on a stack: functions that were inlined share that of the function they are in. */
function depthOf(frames: Stack): number {
  return frames.filter((_, index) => isNewCall(frames, index)).length;
}

function cutTo(frames: Stack, depth: number): Stack {
  let calls = 0;
  const end = frames.findIndex((_, index) => isNewCall(frames, index) && ++calls > depth);
  return end === -1 ? frames : frames.slice(0, end);
}

function isNewCall(frames: Stack, index: number): boolean {
  const address = frames[index]?.address ?? null;
  return address === null || address !== frames[index - 1]?.address;
}

/** Functions that some stack shows as the first of a thread. */
function threadEntries(documents: readonly LogDocument[]): Set<string> {
  const entries = new Set<string>();
  for (const { records } of documents) {
    for (const { frames } of records) {
      let outermost = frames.length - 1;
      while (outermost > 0 && THREAD_START.test(frames[outermost]?.function ?? '')) outermost--;
      const entry = frames[outermost]?.function;
      if (outermost < frames.length - 1 && entry) entries.add(entry);
    }
  }
  return entries;
}

function normalise(functions: readonly string[], entries: ReadonlySet<string>): string[] {
  const once = functions.filter((name, index) => index === 0 || name !== functions[index - 1]);
  const entry = once.findLastIndex((name) => entries.has(name));
  return entry === -1 ? once : once.slice(0, entry + 1);
}

/** A stack's functions as the text that names its group. */
export function joinFunctions(functions: readonly string[]): string {
  return functions.join(JOINT);
}

/**
 * Source files of a stack from the allocation outwards, without the allocator; objects where no source is known.
 *
 * @param count how many different files at most
 */
export function filesOf(frames: Stack, count = Number.POSITIVE_INFINITY): string[] {
  const [own] = signatureOf(frames).split(JOINT);
  const first = frames.findIndex((frame) => functionOf(frame) === own);
  const files = frames.slice(first).map(fileOf);
  return [...new Set(files.filter((file) => file !== null))].slice(0, count);
}

function fileOf({ file, object }: Frame): string | null {
  const name = file ?? object;
  return name === null ? null : path.posix.basename(name);
}
