import type { WriteStream } from 'node:tty';
import { grouped, printable, shorten } from '../report/printable.js';
import type { Progress } from '../runs/progress.js';

const REDRAW_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

/** One line that is drawn again on a terminal; plain lines for what matters where the output is piped. */
export function showProgress(
  stream: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>,
  quiet: boolean,
): { readonly show: (event: Progress) => void; end(): void } {
  let questions = 0;
  let done = 0;
  let errors = 0;
  let tokens = 0;
  let current = '';
  let limit: number | null = null;
  let drawn = 0;
  const live = stream.isTTY === true && !quiet;

  const note = (text: string) => {
    if (quiet) return;
    stream.write(`${live ? CLEAR_LINE : ''}${printable(text)}\n`);
  };
  const draw = () => {
    if (!live || Date.now() - drawn < REDRAW_MS) return;
    drawn = Date.now();
    const facts = [`${grouped(done)} of ${grouped(questions)}`, current];
    if (errors > 0) facts.push(`${grouped(errors)} in error`);
    if (tokens > 0) facts.push(`${grouped(tokens)} tokens`);
    if (limit !== null) facts.push(`${limit} at a time`);
    stream.write(`${CLEAR_LINE}${shorten(printable(facts.join(' · ')), (stream.columns ?? 80) - 1)}`);
  };
  const show = (event: Progress) => {
    switch (event.kind) {
      case 'begin':
        questions = event.questions;
        break;
      case 'answered':
        done++;
        if (event.line.error !== null) errors++;
        tokens += (event.line.usage?.inputTokens ?? 0) + (event.line.usage?.outputTokens ?? 0);
        current = `${event.line.contestant} on ${event.line.case}`;
        break;
      case 'retry':
        note(`${event.contestant}: ${event.reason}; again in ${Math.ceil(event.waitMs / 1000)} s`);
        break;
      case 'limit':
        limit = event.concurrency;
        break;
      case 'stopped':
        note(`${event.contestant}: ${event.reason}`);
        break;
    }
    draw();
  };
  return { show, end: () => void (live && stream.write(CLEAR_LINE)) };
}
