import type { WriteStream } from 'node:tty';
import { grouped, printable, shorten } from '../report/printable.js';
import type { Progress } from '../runs/progress.js';
import { type ContestantTally, type RunTally, runTally, type Sums } from './run-tally.js';

const REDRAW_MS = 100;
/** Where the output is piped, a line after so long. */
const PLAIN_MS = 30_000;
/** Contestants that are shown one by one. */
const MOST_ROWS = 8;

/** Shows a run to whoever waits for it. */
export interface ProgressDisplay {
  readonly show: (event: Progress) => void;
  /** Says something, also where progress is not shown, without disturbing what is drawn. */
  readonly note: (text: string) => void;
  end(): void;
}

/** Lines that are drawn again on a terminal; plain lines for what matters where the output is piped. */
export function showProgress(
  stream: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>,
  quiet: boolean,
  now: () => number = Date.now,
): ProgressDisplay {
  const tally = runTally();
  const live = stream.isTTY === true && !quiet;
  let shownAt = live ? Number.NEGATIVE_INFINITY : now();
  let drawnRows = 0;

  const clear = () => {
    if (drawnRows > 0) stream.write(`\r${drawnRows > 1 ? `\x1b[${drawnRows - 1}A` : ''}\x1b[J`);
    drawnRows = 0;
  };
  const draw = () => {
    const width = (stream.columns ?? 80) - 1;
    const rows = [...contestantRows(tally), totalRow(tally, now())].map((row) =>
      shorten(printable(row), width),
    );
    clear();
    stream.write(rows.join('\n'));
    drawnRows = rows.length;
  };
  const note = (text: string) => {
    const rows = drawnRows;
    clear();
    stream.write(`${printable(text)}\n`);
    if (rows > 0) draw();
  };
  return {
    note,
    show(event) {
      const news = newsOf(event, tally);
      tally.add(event, now());
      if (quiet) return;
      if (news !== null) note(news);
      if (now() - shownAt < (live ? REDRAW_MS : PLAIN_MS)) return;
      shownAt = now();
      if (live) draw();
      else stream.write(`${printable(totalRow(tally, now()))}\n`);
    },
    end: clear,
  };
}

/** What has to be said of an event by itself; null where the sums say it. */
function newsOf(event: Progress, { contestants }: RunTally): string | null {
  switch (event.kind) {
    case 'retry':
      return `${event.contestant}: ${event.reason}; again in ${Math.ceil(event.waitMs / 1000)} s`;
    case 'stopped':
      return `${event.contestant}: ${event.reason}`;
    case 'batch': {
      const { contestant, batch, status, done, total, pollMs } = event;
      const before = contestants.find(({ id }) => id === contestant)?.batch;
      if (before === `batch ${status} ${done}/${total}`) return null;
      const again = pollMs > 0 ? `; looked at every ${Math.ceil(pollMs / 1000)} s` : '';
      return `${contestant}: batch ${batch} ${status}, ${done} of ${total} done${again}`;
    }
    default:
      return null;
  }
}

function contestantRows({ contestants }: RunTally): string[] {
  if (contestants.length < 2) return [];
  const open = contestants.filter(({ done, questions }) => done < questions);
  const shown = open.slice(0, MOST_ROWS);
  const width = Math.min(48, Math.max(...shown.map(({ id }) => id.length)));
  const rows = shown.map((one) => `${shorten(one.id, width).padEnd(width)}  ${factsOf(one).join(' · ')}`);
  return open.length > MOST_ROWS ? [...rows, `and ${open.length - MOST_ROWS} more contestants`] : rows;
}

function totalRow(tally: RunTally, now: number): string {
  const facts = factsOf(tally.all);
  const [only, ...others] = tally.contestants;
  if (only !== undefined && others.length === 0) facts.push(...stateOf(only));
  const left = tally.timeLeft(now);
  if (left !== null) facts.push(`${duration(left)} left`);
  return facts.join(' · ');
}

function factsOf(sums: Sums | ContestantTally): string[] {
  const { done, questions, right, errors, tokens, cost, costUnknown } = sums;
  const facts = [`${grouped(done)} of ${grouped(questions)}`, `${grouped(right)} right`];
  if (errors > 0) facts.push(`${grouped(errors)} in error`);
  if (tokens > 0) facts.push(`${grouped(tokens)} tokens`);
  if (cost > 0) facts.push(`${costUnknown ? '≥ ' : ''}$${cost.toFixed(cost < 0.1 ? 4 : 2)}`);
  else if (costUnknown) facts.push('cost unknown');
  return 'id' in sums ? [...facts, ...stateOf(sums)] : facts;
}

function stateOf({ limit, batch }: ContestantTally): string[] {
  return [...(limit === null ? [] : [`${limit} at a time`]), ...(batch === null ? [] : [batch])];
}

function duration(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return `${Math.max(1, Math.round(milliseconds / 1000))} s`;
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
