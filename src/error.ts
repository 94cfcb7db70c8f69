/**
 * What went wrong, as a word for programs. `missing` is an answer that nobody wrote down; `usage` and `auth` are a
 * wrong call (exit 2), the rest failed work (exit 1).
 */
export type ErrorCode = 'usage' | 'input' | 'missing' | 'auth' | 'busy' | 'provider';

/** Where in the user's files the trouble is. Lines are 1-based. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
}

/**
 * An error that is the user's to mend: one line that says what is wrong and one that says what to do.
 * The command line prints both without a stack trace.
 */
export class LeaktrailError extends Error {
  override readonly name: string = 'LeaktrailError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly place: Place;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; place?: Place; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.place = options.place ?? {};
  }

  /** `file:line: message`, as compilers write it, with what is known of the place. */
  get located(): string {
    const { file, line } = this.place;
    const where = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}: `;
    return `${where}${this.message}`;
  }

  get exitCode(): 1 | 2 {
    return this.code === 'usage' || this.code === 'auth' ? 2 : 1;
  }
}
