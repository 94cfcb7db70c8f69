import type { Frame } from './document.js';

const FRAME = /^ +#\d+ (0x[0-9a-fA-F]+)(?: +(.*))?$/;
const BUILD_ID = / \(BuildId: [0-9a-fA-F]+\)$/;
const MODULE = /^(.*?) ?\(([^()]*(?:\([^()]*\)[^()]*)*)\+0x[0-9a-fA-F]+\)$/;
const UNKNOWN_MODULE = /^(.*?) ?\(<unknown module>\)$/;
const PLACE = /^(.+?)(?::(\d+))?(?::(\d+))?$/;

/**
 * Reads a stack frame as the sanitizers print it (`    #1 0x5649 in sdsempty /build/src/sds.c:179:5`): a function and
 * its file, line and column, or a module and an offset in it (`(/usr/lib/libc.so.6+0x1234) (BuildId: ab12)`), or
 * less. Null when the line is no frame.
 */
export function parseSanitizerFrame(text: string): Frame | null {
  const match = FRAME.exec(text);
  if (match === null) return null;
  const address = match[1] as string;
  const rest = (match[2] ?? '').trimEnd().replace(BUILD_ID, '');
  const inside = MODULE.exec(rest) ?? UNKNOWN_MODULE.exec(rest);
  if (inside !== null) {
    const frame = functionOf(inside[1] ?? '');
    return { function: frame, file: null, line: null, column: null, object: inside[2] ?? null, address };
  }
  const split = placeStart(rest);
  if (split === -1)
    return { function: functionOf(rest), file: null, line: null, column: null, object: null, address };
  const [, file = '', line, column] = PLACE.exec(rest.slice(split + 1)) ?? [];
  const known = file !== '??' && file !== '<null>';
  return {
    function: functionOf(rest.slice(0, split)),
    file: known ? file : null,
    line: known && line !== undefined && line !== '0' ? Number(line) : null,
    column: known && column !== undefined && column !== '0' ? Number(column) : null,
    object: null,
    address,
  };
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
