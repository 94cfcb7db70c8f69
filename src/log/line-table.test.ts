import { expect, test } from 'vitest';
import { bytesOf } from './line-splitter.js';
import { LineTable } from './line-table.js';

/** A table, asked for lines of text. */
function tableOf() {
  const table = new LineTable<string>();
  const place = (text: string) => {
    const buffer = Buffer.from(text);
    return [bytesOf(buffer), 0, buffer.length] as const;
  };
  return {
    get: (text: string) => table.get(...place(text), null)?.value ?? null,
    put: (text: string) => table.put(...place(text), `seen ${text}`) !== null,
  };
}

const MANY = 140_000;

test('a line is known from its first time on, by its bytes', () => {
  const table = tableOf();
  expect(table.get('Shutting down')).toBeNull();
  expect(table.put('Shutting down')).toBe(true);
  expect(table.get('Shutting down')).toBe('seen Shutting down');
  expect(table.get('Shutting dowm')).toBeNull();
  expect(table.get('Shutting down ')).toBeNull();
});

test('once a log had more lines than the table holds, a line has to come twice to be kept', () => {
  const table = tableOf();
  for (let number = 0; number < MANY; number++) table.put(`request ${number}`);
  expect(table.put('link lost')).toBe(false);
  expect(table.get('link lost')).toBeNull();
  expect(table.put('link lost')).toBe(true);
  expect(table.get('link lost')).toBe('seen link lost');
});
