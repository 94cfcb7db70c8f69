import type { Frame } from './document.js';

const FRAME = /^ +#\d+ (0x[0-9a-fA-F]+)(?: +(.*))?$/s;
const BUILD_ID = / \(BuildId: [0-9a-fA-F]+\)$/;
const OFFSET_AT_END = /\+0x[0-9a-fA-F]+\)$/;
const UNKNOWN_MODULE = '(<unknown module>)';
const PLACE = /^(.+?)(?::(\d+))?(?::(\d+))?$/s;

/**
 * Reads a stack frame as the sanitizers print it (`    #1 0x5649 in sdsempty /build/src/sds.c:179:5`): a function and
 * its file, line and column, or a module and an offset in it (`(/usr/lib/libc.so.6+0x1234) (BuildId: ab12)`), or
 * less. Null when the line is no frame.
 */
export function parseSanitizerFrame(text: string): Frame | null {
  const match = FRAME.exec(text);
  if (match === null) return null;
  const frame = (name: string, place: Partial<Frame>): Frame => ({
    function: functionOf(name),
    file: null,
    line: null,
    column: null,
    object: null,
    address: match[1] as string,
    ...place,
  });
  const rest = (match[2] ?? '').trimEnd().replace(BUILD_ID, '');
  if (rest.endsWith(UNKNOWN_MODULE)) return frame(rest.slice(0, -UNKNOWN_MODULE.length), {});
  const offset = OFFSET_AT_END.exec(rest);
  if (offset !== null) {
    const open = openingBracket(rest);
    return frame(rest.slice(0, open), { object: rest.slice(open + 1, offset.index) });
  }
  const split = placeStart(rest);
  if (split === -1) return frame(rest, {});
  const [, file = '', line, column] = PLACE.exec(rest.slice(split + 1)) ?? [];
  if (file === '??' || file === '<null>') return frame(rest.slice(0, split), {});
  return frame(rest.slice(0, split), { file, line: positive(line), column: positive(column) });
}

/** A line or column; sanitizers write 0 for what they do not know. */
function positive(digits: string | undefined): number | null {
  return Number(digits ?? 0) || null;
}

/** Where the bracket opens that the text's last character closes. */
function openingBracket(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0) return at;
  }
  return 0;
}

/**
 * Where the space before the file stands, -1 where no file is named. A function's name may hold spaces, and so may a
 * path: the file begins with the first slash behind a space that is not within brackets of the name, or is the last
 * word when that ends with a line number.
 */
function placeStart(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '(' || character === '<') depth++;
    else if ((character === ')' || character === '>') && depth > 0) depth--;
    else if (character === ' ' && text[at + 1] === '/' && depth === 0) return at;
  }
  const last = text.lastIndexOf(' ');
  if (last < 'in '.length) return -1;
  return /(?::\d+|^<null>|:\?)$/.test(text.slice(last + 1)) ? last : -1;
}

function functionOf(text: string): string | null {
  const name = text.startsWith('in ') ? text.slice('in '.length).trim() : '';
  return name === '' || name === '??' || name === '<null>' ? null : name;
}
