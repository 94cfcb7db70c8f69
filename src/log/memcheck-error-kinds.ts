/**
 * The kinds of Memcheck's errors, named as in Valgrind's XML protocol (docs/internals/xml-output-protocol4.txt of
 * Valgrind: `InvalidRead` is `invalid-read` here), and how the text of each begins (memcheck/mc_errors.c).
 */
const KINDS: readonly (readonly [start: string, kind: string])[] = [
  ['Invalid read of size ', 'invalid-read'],
  ['Invalid write of size ', 'invalid-write'],
  ['Conditional jump or move depends on uninitialised value', 'uninit-condition'],
  ['Use of uninitialised value of size ', 'uninit-value'],
  ['Invalid free() / ', 'invalid-free'],
  ['Mismatched ', 'mismatched-free'],
  ['Syscall param ', 'syscall-param'],
  ['Source and destination overlap in ', 'overlap'],
  ['Jump to the invalid address ', 'invalid-jump'],
  ['Illegal memory pool address', 'invalid-mem-pool'],
  ['Uninitialised byte(s) found during client check request', 'client-check'],
  ['Unaddressable byte(s) found during client check request', 'client-check'],
  ['realloc() with size 0', 'realloc-size-zero'],
  ['Invalid alignment value: ', 'bad-align'],
  ['Unsafe allocation with size of zero', 'bad-size'],
  ['Invalid size value: ', 'bad-size'],
  ['Process terminating with default action of signal ', 'fatal-signal'],
  ['Open file descriptor ', 'fd-not-closed'],
  ['Open AF_', 'fd-not-closed'],
  ['Open socket ', 'fd-not-closed'],
  ['File descriptor ', 'fd-bad-close'],
];

const FISHY = /^Argument '.{0,200}' of function .{0,200} has a fishy \(possibly negative\) value: /;
const CORE = /^.{1,200} contains (?:uninitialised|unaddressable) byte\(s\)$/;

/** The kind of the error that begins with this line; null when the line begins none that we know. */
export function errorKindOf(message: string): string | null {
  for (const [start, kind] of KINDS) if (message.startsWith(start)) return kind;
  if (FISHY.test(message)) return 'fishy-value';
  if (CORE.test(message)) return 'core-mem-error';
  return null;
}

/** Kinds whose text is called by another word here than the protocol calls them by (protocol 6 has these). */
const OTHER_WORDS = new Map([
  ['InvalidSize', 'bad-size'],
  ['InvalidAlignment', 'bad-align'],
  ['MismatchedAllocateDeallocateSize', 'mismatched-free'],
  ['MismatchedAllocateDeallocateAlignment', 'mismatched-free'],
]);

/** The kind of an error whose `<kind>` is known: the same as that of its text. Kinds that we do not know have one, too. */
export function errorKindOfXml(kind: string): string {
  return (
    OTHER_WORDS.get(kind) ??
    kind
      .replace(/([a-z])([A-Z])/g, '$1-$2')
      .replaceAll('_', '-')
      .toLowerCase()
  );
}
