import { describe, expect, test } from 'vitest';
import type { Frame } from '../../log/document.js';
import { chainOf, findWrappers, makersOfAll } from './wrappers.js';

function stacks(...written: string[]): Frame[][] {
  return written.map((stack) => stack.split(' < ').map(frame));
}

/** `grab` or `grab memory.c`. */
function frame(written: string): Frame {
  const [name, file = null] = written.split(' ');
  return { function: name, file } as unknown as Frame;
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

describe('what makes all that is lost', () => {
  const lost = (...callers: string[]) =>
    stacks(...callers.map((caller) => `grab memory.c < cup_new cup.c < ${caller} serve.c`));
  const wrappers = new Set(['grab', 'cup_new']);

  test('is no wrapper, though many call it; the malloc of the program is one', () => {
    expect(makersOfAll(lost('tea', 'soup', 'cake'), wrappers)).toEqual(new Set(['cup_new']));
  });

  test('nothing makes all where one loss came another way', () => {
    expect(
      makersOfAll([...lost('tea', 'soup'), ...stacks('grab memory.c < plate_new plate.c')], wrappers).size,
    ).toBe(0);
  });

  test('one loss alone tells nothing, nor do stacks without files', () => {
    expect(makersOfAll(lost('tea'), wrappers).size).toBe(0);
    expect(makersOfAll(stacks('grab < cup_new < tea', 'grab < cup_new < soup'), wrappers).size).toBe(0);
  });
});
