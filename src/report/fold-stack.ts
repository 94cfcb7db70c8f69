import type { Frame } from '../log/document.js';
import { printable, shorten } from './printable.js';

/** A stack as a few lines: functions outwards, joined by arrows, each with its source line. */
export function foldStack(frames: readonly Frame[], width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const frame of frames) {
    const place =
      frame.file === null
        ? ''
        : ` (${frame.file.split('/').at(-1)}${frame.line === null ? '' : `:${frame.line}`})`;
    const step = shorten(printable(`${frame.function ?? '???'}${place}`), width - 2);
    if (current === '') current = step;
    else if (current.length + step.length + 3 <= width) current += ` ← ${step}`;
    else {
      lines.push(current);
      current = `← ${step}`;
    }
  }
  return current === '' ? lines : [...lines, current];
}
