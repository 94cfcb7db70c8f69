import type { Frame, Stack } from '../log/document.js';
import { functionOf, signatureOf } from '../log/signature.js';

const cache = new WeakMap<Stack, Stack>();

/** The frames that a stack's signature names: without the allocator and without what runs below `main`. */
export function ownFrames(stack: Stack): Stack {
  let own = cache.get(stack);
  if (own === undefined) {
    own = cut(stack);
    cache.set(stack, own);
  }
  return own;
}

function cut(stack: Stack): Stack {
  const signature = signatureOf(stack);
  for (let first = 0; first < stack.length; first++) {
    let at = 0;
    for (let end = first; end < stack.length; end++) {
      const name = functionOf(stack[end] as Frame);
      if (!signature.startsWith(name, at)) break;
      at += name.length;
      if (at === signature.length) return stack.slice(first, end + 1);
      if (!signature.startsWith(BETWEEN, at)) break;
      at += BETWEEN.length;
    }
  }
  return stack;
}

/** What stands between the names of a signature. */
const BETWEEN = ' < ';

/** Where in the source a call stands: `log.c:250`, the object's name where no source is known, else nothing. */
export function siteOf(frame: Frame): string | null {
  if (frame.file !== null) return `${baseName(frame.file)}${frame.line === null ? '' : `:${frame.line}`}`;
  return frame.object === null ? null : baseName(frame.object);
}

/** The last part of a path. */
function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
