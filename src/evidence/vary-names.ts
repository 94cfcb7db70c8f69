import path from 'node:path';
import type { Truth } from '../cases/truth.js';
import type { Frame } from '../log/document.js';
import { functionOf } from '../log/signature.js';
import type { Random } from './random.js';
import { type Draft, mapLines } from './vary-draft.js';

/** Names that say what a runtime, a C library or a tool does, and nothing of the program. */
const COMMON_NAMES =
  /^(?:main|_start|\(below main\)|_*libc_\w+|start_thread|_*clone3?|_*(?:interceptor_)?(?:malloc|calloc|realloc|reallocarray|free|memalign|valloc|pvalloc|posix_memalign|aligned_alloc|str(?:n)?dup|v?asprintf|getline|realpath)|operator new.*|_?_?Py\w*|Py[A-Z]\w*|_ctypes\w*|ffi_\w+|_dl_\w+|dl_\w+|_?nss_\w+|getpw\w+|std::.*|call_function|fast_function|type_call)$/;

/** Words of C interfaces that say what a function does to memory; they stay, so that a log can still be understood. */
const COMMON_WORDS = new Set(
  'add alloc append attach buffer call cache clear clone close config connect copy create del delete destroy detach do entry error event field final finalize find free get handle handler hash in init insert is item list load lock log map mutex new next node open parse pool pop process push put queue read receive ref release remove reset run send server session set setup start stop string table thread timer to unref update value work write'.split(
    ' ',
  ),
);

/** So many functions must begin with a word for it to be a name of the program. */
const NAMES_OF_A_PREFIX = 8;

/**
 * Names functions, source files, the program and the writers of logs anew, each the same way everywhere, in the logs
 * and in the truth: who remembers the bug report is not helped by it.
 *
 * @param system the program's name, whose words are replaced wherever they stand
 */
export function rename(draft: Draft, system: string | null, random: Random): Draft {
  const words = pseudoWords(random);
  const names = namesOf(draft, words);
  const marks = marksOf(draft, system, words);
  const renamed = (text: string) =>
    marks(
      text.replace(/[A-Za-z_]\w*(?:\.(?:c|h|cc|cpp|cxx|hh|hpp|S)\b)?/g, (name) => names.get(name) ?? name),
    );
  return {
    logs: draft.logs.map((log) => ({ ...mapLines(log, renamed), role: renamed(log.role) })),
    truth: renameTruth(draft.truth, renamed),
  };
}

/** Takes from every frame its source line, or its function too, as from a program without debug data. */
export function strip(draft: Draft, what: 'lines' | 'symbols'): Draft {
  const logs = draft.logs.map((log) =>
    mapLines(log, (text) => {
      const source = text
        .replace(/^(==.*==\s+(?:at|by) 0x[0-9A-Fa-f]+: .*) \([^()]*:\d+\)$/, '$1 (in /opt/program)')
        .replace(/^(\s+#\d+ 0x[0-9a-f]+ in \S.*) \S+:\d+(?::\d+)?$/, '$1 (/opt/program+0x1)');
      if (what === 'lines') return source;
      return source
        .replace(
          /^(==.*==\s+(?:at|by) 0x[0-9A-Fa-f]+: )(?!malloc |calloc |realloc ).* (\(in .*\))$/,
          '$1??? $2',
        )
        .replace(/^(\s+#\d+ 0x[0-9a-f]+) in (?!__interceptor_|malloc|calloc|realloc).*(\(.*\))$/, '$1  $2');
    }),
  );
  if (what === 'lines') return { ...draft, logs };
  const { truth } = draft;
  const { verdict, causes } = truth['root-cause'];
  return {
    logs,
    truth: {
      ...truth,
      relationship: { ...truth.relationship, calls: [] },
      'root-cause': { verdict, causes: causes.map((cause) => ({ ...cause, functions: [] })) },
    },
  };
}

/** New words for old ones: two or three syllables, never the same twice. */
function pseudoWords(random: Random): (word: string) => string {
  const known = new Map<string, string>();
  const taken = new Set<string>(COMMON_WORDS);
  const syllable = () => `${'bdfgklmnprstvz'[random.below(14)]}${'aeiou'[random.below(5)]}`;
  return (word) => {
    let made = known.get(word);
    while (made === undefined || (!known.has(word) && taken.has(made))) {
      made = Array.from({ length: word.length < 4 ? 2 : 3 }, syllable).join('');
    }
    known.set(word, made);
    taken.add(made);
    return made;
  };
}

/** New names of the functions and source files in the logs' stacks, by the old ones. */
function namesOf({ logs, truth }: Draft, words: (word: string) => string): Map<string, string> {
  const names = new Map<string, string>();
  const learn = (name: string) => {
    for (const [identifier] of name.matchAll(/[A-Za-z_]\w*/g)) {
      names.set(
        identifier,
        identifier
          .split('_')
          .map((word) => newWord(word, words))
          .join('_'),
      );
    }
  };
  const learnFrame = (frame: Frame) => {
    const { function: printed, file } = frame;
    const name = functionOf(frame);
    if (printed === null || COMMON_NAMES.test(name)) return;
    learn(name);
    // A mark such as `__interceptor_` stays, so that the marked name is still one with the plain one.
    const [marked = ''] = /^[A-Za-z_]\w*/.exec(printed) ?? [];
    const own = /^[A-Za-z_]\w*/.exec(name)?.[0] ?? '';
    if (marked !== own && marked.endsWith(own)) names.set(marked, marked.replace(own, names.get(own) ?? own));
    const { base, name: stem, ext } = path.posix.parse(file ?? '');
    if (base !== '')
      names.set(
        base,
        `${stem
          .split(/[_-]/)
          .map((word) => newWord(word, words))
          .join('_')}${ext}`,
      );
  };
  for (const { document } of logs) {
    for (const { frames } of [...document.records, ...document.errors]) frames.forEach(learnFrame);
    for (const { auxiliary } of document.errors)
      auxiliary.flatMap(({ frames }) => frames).forEach(learnFrame);
  }
  for (const cause of truth['root-cause'].causes) {
    for (const name of cause.functions) if (!COMMON_NAMES.test(name)) learn(name);
  }
  return names;
}

function newWord(word: string, words: (word: string) => string): string {
  return word === '' || /^\d+$/.test(word) || COMMON_WORDS.has(word.toLowerCase()) ? word : words(word);
}

/** Replaces the words of the program's name, and those of the writers' names where they stand alone. */
function marksOf(
  { logs }: Draft,
  system: string | null,
  words: (word: string) => string,
): (text: string) => string {
  const programs = logs.flatMap(({ document }) =>
    document.processes.map(({ command }) => path.posix.basename((command ?? '').split(' ', 1)[0] ?? '')),
  );
  const ofSystem = [...(system ?? '').split(/\W+/), ...programs].filter((word) =>
    /^[A-Za-z_-]{4,}$/.test(word),
  );
  const ofRoles = logs
    .flatMap(({ role }) => role.split(/[._-]/))
    .filter((word) => /^[A-Za-z]{2,}$/.test(word));
  let change = (text: string) => text;
  for (const word of prefixesOf(logs)) {
    const [before, pattern, made] = [change, new RegExp(`\\b${word}(?=[a-z]{3}|[._])`, 'g'), words(word)];
    change = (text) => before(text).replace(pattern, made);
  }
  for (const word of new Set(ofSystem)) {
    const [before, pattern, made] = [change, new RegExp(word, 'gi'), words(word.toLowerCase())];
    change = (text) => before(text).replace(pattern, made);
  }
  for (const word of new Set(ofRoles)) {
    const [before, pattern, made] = [
      change,
      new RegExp(`\\b${word}(?=\\b|_)`, 'g'),
      words(word).toUpperCase(),
    ];
    change = (text) => before(text).replace(pattern, word === word.toUpperCase() ? made : made.toLowerCase());
  }
  return change;
}

/** What many of the program's functions begin with: its own short name, which its messages use as well. */
function prefixesOf(logs: Draft['logs']): string[] {
  const functions = new Map<string, Set<string>>();
  for (const { document } of logs) {
    for (const { frames } of document.groups) {
      for (const { function: name } of frames) {
        const prefix = /^([a-z]{2,6})_\w/.exec(name ?? '')?.[1];
        if (name === null || prefix === undefined || COMMON_WORDS.has(prefix) || COMMON_NAMES.test(name))
          continue;
        functions.set(prefix, (functions.get(prefix) ?? new Set()).add(name));
      }
    }
  }
  return [...functions].filter(([, names]) => names.size >= NAMES_OF_A_PREFIX).map(([prefix]) => prefix);
}

function renameTruth(truth: Truth, renamed: (text: string) => string): Truth {
  const pairs = (list: Truth['relationship']['calls']) =>
    list.map(([one, other]): [string, string] => [renamed(one), renamed(other)]);
  const { relationship, 'root-cause': rootCause } = truth;
  return {
    ...truth,
    relationship: {
      ...relationship,
      processes: pairs(relationship.processes),
      calls: pairs(relationship.calls),
    },
    'root-cause': {
      ...rootCause,
      causes: rootCause.causes.map((cause) => ({
        ...cause,
        functions: cause.functions.map(renamed),
        statement: renamed(cause.statement),
      })),
    },
  };
}
