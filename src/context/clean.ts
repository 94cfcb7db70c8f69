const SANITIZER_FRAME = /^\s*(#\d+) 0x[0-9a-f]+ (?:in )?(.*)$/s;
const HEXADECIMAL = /^[\dA-Fa-f]+$/;
/** Where a call that has no source line comes from: `(in /lib/libc.so.6)`, `(/lib/libc.so.6+0x2724a) (BuildId: 01ab)`. */
const OBJECT = /^(.*?)\((in )?\/([^()]*?)(?:\+0x[0-9a-f]+)?\)(?: \(BuildId: [0-9a-f]+\))?$/s;

/**
 * A line of a log without what means nothing to a reader: addresses of calls and folders of shared objects on stack
 * lines and, unless `keepPrefix`, memcheck's `==pid==`. Null for lines that hold nothing else. Lines of the
 * application stay as they are.
 */
export function cleanLine(line: string, keepPrefix: boolean): string | null {
  const length = prefixLength(line);
  const body = length === 0 ? line : line.slice(length);
  if (body.trim() === '') return null;
  const frame = body.charCodeAt(0) === SPACE ? cleanFrame(body) : body;
  return keepPrefix && length > 0 ? line.slice(0, length) + frame : frame;
}

const [SPACE, DASH, ZERO, NINE, EQUALS] = [32, 45, 48, 57, 61];

/** Characters of memcheck's mark at the start of its lines, `==pid== ` or `--pid-- `; 0 where there is none. */
function prefixLength(line: string): number {
  const mark = line.charCodeAt(0);
  if ((mark !== EQUALS && mark !== DASH) || line.charCodeAt(1) !== mark) return 0;
  let end = 2;
  while (line.charCodeAt(end) >= ZERO && line.charCodeAt(end) <= NINE) end++;
  if (end === 2 || line.charCodeAt(end) !== mark || line.charCodeAt(end + 1) !== mark) return 0;
  return line.charCodeAt(end + 2) === SPACE ? end + 3 : end + 2;
}

function cleanFrame(body: string): string {
  let start = 1;
  while (body.charCodeAt(start) === SPACE) start++;
  const word = body.slice(start, start + 5);
  if (word === 'at 0x' || word === 'by 0x') {
    const end = body.indexOf(': ', start);
    if (end === -1 || !HEXADECIMAL.test(body.slice(start + 5, end))) return body;
    return frameOf(word.slice(0, 2), body.slice(end + 2));
  }
  const [, number, call] = word.startsWith('#') ? (SANITIZER_FRAME.exec(body) ?? []) : [];
  return number === undefined || call === undefined ? body : frameOf(number, call);
}

function frameOf(word: string, call: string): string {
  return `  ${word} ${call.endsWith(')') ? withoutFolder(call) : call}`;
}

function withoutFolder(call: string): string {
  if (!call.includes('/')) return call;
  const [, name, within = '', path] = OBJECT.exec(call) ?? [];
  if (name === undefined || path === undefined) return call;
  const object = path.slice(path.lastIndexOf('/') + 1);
  // What memcheck puts in the allocator's place is no part of the program.
  return object.startsWith('vgpreload_') ? name.trimEnd() : `${name}(${within}${object})`;
}
