/** So much of a log decides whether it is text. */
const LOOKED_AT = 1 << 16;
/** Text has hardly any control characters, in any encoding; machine code and compressed data have many. */
const MOST_CONTROL = 0.05;

const BINARY = 1;
/** NUL stands in logs that were preallocated, truncated while written, or are UTF-16: it tells nothing. */
const IGNORED = 2;

const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 32; byte++) CLASS[byte] = BINARY;
CLASS[127] = BINARY;
for (const byte of [8, 9, 10, 12, 13, 27]) CLASS[byte] = 0;
CLASS[0] = IGNORED;

/** Tells text from other data by its first 64 KiB, in whatever pieces they come. */
export class TextCheck {
  private lookedAt = 0;
  private counted = 0;
  private control = 0;

  /** Looks at the next bytes. True when all that matters was seen. */
  look(bytes: Uint8Array): boolean {
    const end = Math.min(bytes.length, LOOKED_AT - this.lookedAt);
    for (let at = 0; at < end; at++) {
      const kind = CLASS[bytes[at] as number];
      if (kind !== IGNORED) this.counted++;
      if (kind === BINARY) this.control++;
    }
    this.lookedAt += end;
    return this.lookedAt === LOOKED_AT;
  }

  get isText(): boolean {
    return this.control <= this.counted * MOST_CONTROL;
  }
}
