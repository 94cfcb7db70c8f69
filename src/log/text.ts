/**
 * The lines of a log, by number. Text is decoded when it is asked for; invalid UTF-8 reads as U+FFFD.
 * A line ends at `\n`; a `\r` before it belongs to the line end.
 */
export interface LogText {
  readonly lineCount: number;
  readonly byteCount: number;
  /** The line without its end. Lines are 1-based; outside of the log the answer is the empty string. */
  line(number: number): string;
  /** Lines `first` to `last`, inclusive. */
  range(first: number, last: number): string[];
  /** The whole log. */
  whole(): string;
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/** Lines of a log that is held in memory. */
export function logText(bytes: Uint8Array): LogText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = [0];
  for (let at = buffer.indexOf(NEWLINE); at !== -1; at = buffer.indexOf(NEWLINE, at + 1)) starts.push(at + 1);
  if (starts.at(-1) === buffer.length) starts.pop();

  const line = (number: number): string => {
    const start = starts[number - 1];
    if (start === undefined) return '';
    let end = starts[number] ?? buffer.length;
    if (buffer[end - 1] === NEWLINE) end--;
    if (end > start && buffer[end - 1] === CARRIAGE_RETURN) end--;
    return buffer.toString('utf8', start, end);
  };
  return {
    lineCount: starts.length,
    byteCount: buffer.length,
    line,
    range: (first, last) => {
      const lines: string[] = [];
      for (let number = Math.max(1, first); number <= Math.min(last, starts.length); number++)
        lines.push(line(number));
      return lines;
    },
    whole: () => buffer.toString('utf8'),
  };
}
