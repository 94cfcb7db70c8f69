import { InvalidArgumentError } from 'commander';

/** For options that take a whole number of at least `least`. */
export function wholeNumber(least: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < least) {
      throw new InvalidArgumentError(`expected a whole number of at least ${least}`);
    }
    return number;
  };
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Columns of the terminal, or 100 where the output is no terminal. */
export function outputWidth(): number {
  return Math.max(60, process.stdout.columns ?? 100);
}
