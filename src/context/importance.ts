import type { Frame, Group, LeakKind } from '../log/document.js';
import { ownFrames } from './own-frames.js';

/**
 * Groups in the order in which they deserve room, by what the log itself tells and by nothing that is known of a
 * program: allocations that the program made before those that a language runtime made for itself, surer kinds of
 * loss before less sure ones, then more blocks (what is lost again and again is no one-time allocation), more bytes,
 * and the place in the log.
 */
export function byImportance(groups: readonly Group[]): Group[] {
  const files = runtimeFiles(groups);
  const keyed = groups.map((group, index) => ({
    group,
    key: [
      madeByRuntime(group, files) ? 1 : 0,
      Math.min(
        ...KINDS_BY_CERTAINTY.map((kind, rank) => (group.kinds[kind] ? rank : KINDS_BY_CERTAINTY.length)),
      ),
      -group.blocks,
      -group.bytes,
      index,
    ],
  }));
  keyed.sort((a, b) => {
    const at = a.key.findIndex((value, position) => value !== b.key[position]);
    return at === -1 ? 0 : (a.key[at] as number) - (b.key[at] as number);
  });
  return keyed.map(({ group }) => group);
}

/**
 * Memcheck's manual (4.2.8) names definitely lost blocks as the ones to mend first; indirectly lost ones go when the
 * block that leads to them goes, and what is still reachable is often no leak.
 */
const KINDS_BY_CERTAINTY: readonly LeakKind[] = [
  'definitely-lost',
  'possibly-lost',
  'indirectly-lost',
  'still-reachable',
];

/** Functions of the C and C++ libraries that pass memory on to whoever called them. */
const PASSES_ON =
  /^(?:strn?dup|wcsdup|v?asprintf|getline|getdelim|fopen(?:64)?|fdopen|opendir|_IO_\w+|std::.*)$/;

/** Interpreters and runtimes by the prefixes of their public names, the loader and the thread library. */
const RUNTIME_FUNCTION =
  /^(?:_?Py[A-Z]\w*|_Py_\w+|rb_\w+|Perl_\w+|lua[A-Z_]\w*|_?(?:JNI|JVM|Java)_\w+|v8::.*|node::.*|runtime\.\w.*|_dl_\w+|dlopen\w*|call_init\w*|_?_?pthread_\w+|allocate_dtv|_nl_\w+|__libc_\w+)$/;
const RUNTIME_OBJECT =
  /(?:^|\/)(?:ld-|libc[.-]|libpthread|libdl|libstdc\+\+|libpython|libruby|libperl|libjvm)/;

/** Whether the call that asked for the memory is a language runtime's own. */
function madeByRuntime(group: Group, files: ReadonlySet<string>): boolean {
  const asking = ownFrames(group.frames).find((frame) => !PASSES_ON.test(frame.function ?? ''));
  if (asking === undefined) return false;
  if (hasRuntimeName(asking)) return true;
  if (asking.file !== null) return files.has(asking.file);
  return asking.object !== null && RUNTIME_OBJECT.test(asking.object);
}

function hasRuntimeName(frame: Frame): boolean {
  return frame.function !== null && RUNTIME_FUNCTION.test(frame.function);
}

/**
 * Source files of a runtime: of the functions that the stacks show of a file, a third or more carry a runtime's
 * prefix. So an interpreter's static functions, which carry none, are known by their neighbours.
 */
function runtimeFiles(groups: readonly Group[]): Set<string> {
  const functions = new Map<string, Map<string, boolean>>();
  for (const { frames } of groups) {
    for (const frame of frames) {
      if (frame.file === null || frame.function === null) continue;
      const known = functions.get(frame.file) ?? new Map<string, boolean>();
      functions.set(frame.file, known.set(frame.function, hasRuntimeName(frame)));
    }
  }
  const isRuntimes = (known: ReadonlyMap<string, boolean>) =>
    [...known.values()].filter(Boolean).length * 3 >= known.size;
  return new Set([...functions].filter(([, known]) => isRuntimes(known)).map(([file]) => file));
}
