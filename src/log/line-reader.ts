import type { DocumentBuilder } from './document-builder.js';

/**
 * Reads one report format out of a log whose lines may belong to several formats and to the application.
 *
 * The log is split into lines; each line that is no Memcheck text (`==pid== `) is offered to every line reader in
 * turn, the active one first, until one takes it. What none takes is a line of the application's own.
 */
export interface LineReader {
  /**
   * True from the first line of a report until its last. While it is true the reader is asked before all others;
   * it may still refuse lines, which are then the application's, written in between.
   */
  readonly active: boolean;

  /**
   * Offers a line: `text` without its line end, ANSI colours and NUL bytes, `line` its 1-based number.
   * True when the reader took it; it then feeds the builder. While the reader is not active, the answer for a line
   * that it refuses must follow from `text` alone (refused lines are remembered and not offered again).
   */
  take(text: string, line: number): boolean;

  /** The log ended after `line` lines: finish what is open, and call `builder.truncate` if a report was cut short. */
  end(line: number): void;
}

/** Makes the reader of one format, feeding `builder`. */
export type LineReaderFactory = (builder: DocumentBuilder) => LineReader;
