import type { Frame } from './document.js';

const FRAME = /^ {3}(?:at|by) (0x[0-9A-Fa-f]+): (.*)$/s;
const PLACE = /^(.*):(\d+)\)$/s;
/** `within` before Valgrind 3.6. */
const OBJECT = /^(?:with)?in (.*)\)$/s;
/** How many places that look like ` (file:line)` are tried in a name made of brackets. */
const MOST_TRIES = 8;

/** A place within a name: another line was glued to the frame. */
const PLACE_WITHIN = /\([^()]*\.\w+:\d+\)|\(in \//;

/** A frame line that was read, and whether it tells where the call is, as whole frame lines do. */
export interface FrameLine {
  readonly frame: Frame;
  /** False where the line may have been cut or glued to another: it names a function and no place, or two. */
  readonly complete: boolean;
}

/** Reads `   at 0x48417B4: malloc (in /usr/lib/x.so)` and its like; null when the line is no frame. */
export function parseFrame(body: string): FrameLine | null {
  const match = FRAME.exec(body);
  if (match === null) return null;
  const [, address = '', call = ''] = match;
  const rest = call.startsWith('(within ') ? ` ${call}` : call;
  const frame = (name: string, place: Partial<Frame>): Frame => ({
    function: name === '???' || name === '' ? null : name,
    file: null,
    line: null,
    column: null,
    object: null,
    address,
    ...place,
  });
  const whole = (name: string, place: Partial<Frame>): FrameLine => ({
    frame: frame(name, place),
    complete: !PLACE_WITHIN.test(name),
  });
  if (rest.endsWith(')')) {
    let open = rest.lastIndexOf(' (');
    for (let tries = 0; open !== -1 && tries < MOST_TRIES; tries++) {
      const name = rest.slice(0, open);
      const object = OBJECT.exec(rest.slice(open + 2));
      if (object !== null) return whole(name, { object: object[1] as string });
      const place = PLACE.exec(rest.slice(open + 2));
      if (place !== null && isBalanced(place[1] as string)) {
        return whole(name, { file: place[1] as string, line: Number(place[2]) });
      }
      open = open === 0 ? -1 : rest.lastIndexOf(' (', open - 1);
    }
  }
  return { frame: frame(rest, {}), complete: rest === '???' };
}

/** A path with a bracket that closes none began further left. */
function isBalanced(path: string): boolean {
  let depth = 0;
  for (const character of path) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
