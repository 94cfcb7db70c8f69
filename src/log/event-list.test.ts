import { expect, test } from 'vitest';
import { EventList } from './event-list.js';

const event = (message: string) => ({
  time: null,
  at: null,
  component: null,
  level: null,
  message,
  pid: null,
});

/** 10,000 events of a frequent template, and one of a rare one after each thousand. */
function filled(most: number): EventList {
  const list = new EventList(most);
  for (let line = 1; line <= 10_010; line++) {
    const isRare = line % 1001 === 0;
    list.add(event(isRare ? 'rare' : 'frequent'), line, line, isRare ? 1 : 0);
  }
  return list;
}

test('all events are there while there is room for them', () => {
  const list = filled(20_000);
  expect(list.isThinned).toBe(false);
  expect(list.all()).toHaveLength(10_010);
  expect(list.all()[1000]).toEqual({ ...event('rare'), lines: [1001, 1001], template: 1 });
});

test('of more events the rare ones stay, and of the frequent ones as many in each stretch of the log', () => {
  const list = filled(1000);
  const events = list.all();
  expect(list.seen).toBe(10_010);
  expect(list.isThinned).toBe(true);
  expect(events.length).toBeLessThanOrEqual(1000);
  expect(events.length).toBeGreaterThan(500);
  expect(events.filter(({ template }) => template === 1)).toHaveLength(10);
  const lines = events.filter(({ template }) => template === 0).map(({ lines: [first] }) => first);
  expect(lines[0]).toBe(1);
  const steps = lines.slice(1).map((line, index) => line - (lines[index] as number));
  expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(1);
});
