/** A line of a chunk: one of the log's by number, or one of ours (null). */
export interface SourcedLine {
  readonly text: string;
  readonly source: number | null;
}

/** A line that we wrote. */
export function ownLine(text: string): SourcedLine {
  return { text, source: null };
}

/** Text on one line: line ends inside of it become spaces, and what exceeds `longest` characters becomes `…`. */
export function oneLine(text: string, longest = Number.POSITIVE_INFINITY): string {
  const flat = text.replace(/[\r\n]+/g, ' ');
  return flat.length <= longest ? flat : `${flat.slice(0, wholeCharacters(flat, longest - 1))}…`;
}

/** The largest length up to `length` that does not cut a character beyond U+FFFF in half. */
export function wholeCharacters(text: string, length: number): number {
  const unit = text.charCodeAt(length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? length - 1 : length;
}
