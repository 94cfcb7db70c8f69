import { expect, test } from 'vitest';
import type { Frame } from '../../log/document.js';
import { chainOf, findWrappers } from './wrappers.js';

function stacks(...written: string[]): Frame[][] {
  return written.map((stack) => stack.split(' < ').map((name) => ({ function: name }) as unknown as Frame));
}

test('a function that only allocates for three others is a wrapper', () => {
  const own = stacks('grab < cup_new < serve', 'grab < pot_new < serve', 'grab < jug_new < serve');
  expect(findWrappers(own)).toEqual(new Set(['grab']));
  expect(chainOf(own[0] as Frame[], new Set(['grab']))).toEqual(['cup_new', 'serve']);
});

test('two callers are not enough', () => {
  expect(findWrappers(stacks('grab < cup_new < serve', 'grab < pot_new < serve')).size).toBe(0);
});

test('a function that calls other makers of objects does work of its own', () => {
  const own = stacks('note < tea', 'note < soup', 'note < cake', 'entry_new < note < tea');
  expect(findWrappers(own).size).toBe(0);
});

test('wrappers of several functions count by the callers of the outermost', () => {
  const own = stacks('try_grab < grab < cup_new', 'try_grab < grab < pot_new', 'try_grab < grab < jug_new');
  expect(findWrappers(own)).toEqual(new Set(['try_grab', 'grab']));
});

test('a stack of wrappers alone keeps the outermost', () => {
  const [own] = stacks('grab');
  expect(chainOf(own as Frame[], new Set(['grab']))).toEqual(['grab']);
});
