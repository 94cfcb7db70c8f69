/**
 * Record ids as short as they can be listed: consecutive numbers as `571-583`, behind a common prefix as
 * `QDR.01:571-583`. Only ids that are given lie in a range, and each once; their order is that of their numbers.
 */
export function idRanges(ids: readonly string[]): string {
  const byPrefix = new Map<string, number[]>();
  const others: string[] = [];
  for (const id of ids) {
    const [, prefix, number] = /^(.*:|)(0|[1-9]\d{0,14})$/s.exec(id) ?? [];
    if (prefix === undefined) others.push(id);
    else byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), Number(number)]);
  }
  const parts: string[] = [];
  for (const [prefix, numbers] of byPrefix) {
    numbers.sort((a, b) => a - b);
    for (let first = 0; first < numbers.length; ) {
      let last = first;
      while (numbers[last + 1] === (numbers[last] as number) + 1) last++;
      parts.push(`${prefix}${numbers[first]}${last > first ? `-${numbers[last]}` : ''}`);
      first = last + 1;
    }
  }
  return [...parts, ...others].join(' ');
}

/** The ids that `idRanges` listed. */
export function idsOfRanges(text: string): string[] {
  return text
    .split(' ')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [, prefix, first, last] = /^(.*:|)(\d+)-(\d+)$/s.exec(part) ?? [];
      if (prefix === undefined) return [part];
      const count = Number(last) - Number(first) + 1;
      return Array.from({ length: count }, (_, at) => `${prefix}${Number(first) + at}`);
    });
}
