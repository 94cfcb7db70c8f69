/**
 * Text of a log made safe to show on a terminal: control characters, among them the escape that starts a terminal's
 * commands, and the characters that change the direction of writing become visible symbols.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) as number;
    if (code === 0x09) return ' ';
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

const UNSAFE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** `text` cut to at most `width` characters, with an ellipsis in the place of what was cut. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** `text` in lines of at most `width` characters, broken at spaces and after commas; a longer word is broken. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.match(/[^ ,]*[ ,]|[^ ,]+/g) ?? ['']) {
    if (current !== '' && (current + word).trimEnd().length > width) {
      lines.push(current.trimEnd());
      current = '';
    }
    current += word;
    for (; current.trimEnd().length > width; current = current.slice(width))
      lines.push(current.slice(0, width));
  }
  return [...lines, current.trimEnd()];
}

/** A whole number `2275` as `2,275`, the same in every locale; `Intl` would take longer to load than a log to read. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 record`, `2,275 records`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}
