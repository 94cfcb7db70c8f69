import { expect, test } from 'vitest';
import type { LeakGroup } from './analysis.js';
import { lifecycleOf } from './lifecycle.js';

const of = (...chain: string[]) => ({ chain }) as unknown as LeakGroup;

test.each([
  ['cup_new', 'cup_free'],
  ['new_cup_t', 'free_cup_t'],
  ['add_guest', 'del_guest'],
  ['door_open', 'door_close'],
  ['guest_connect', 'guest_disconnect'],
  ['tray_init', 'tray_fini'],
  ['cup_ref', 'cup_unref'],
  ['cupCreate', 'cupDestroy'],
])('%s ends in %s', (begin, end) => {
  expect(lifecycleOf(of(begin), new Set([end]))).toMatchObject({ begin, seen: end });
  expect(lifecycleOf(of(begin), new Set())).toMatchObject({ begin, seen: null });
});

test('the innermost name that begins a life counts', () => {
  expect(lifecycleOf(of('fill', 'cup_new', 'guest_connect'), new Set())?.begin).toBe('cup_new');
});

test.each([
  'serve',
  'newline_count',
  'renew_lease',
  'calloc_cups',
  'address',
  'free_cup_ref_t',
  'remove_new_guests',
])('%s begins none', (name) => {
  expect(lifecycleOf(of(name), new Set())).toBeNull();
});
