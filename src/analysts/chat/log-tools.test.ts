import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCase } from '../../cases/load-case.js';
import { materialOf } from '../../evidence/material-of.js';
import { packageRoot } from '../../package-root.js';
import { type LogTools, logTools, TOOL_SPECS } from './log-tools.js';

async function toolsFor(id: string): Promise<LogTools> {
  return logTools(await materialOf(await loadCase(path.join(packageRoot, 'datasets', id))));
}

test('four tools, each with a schema of its arguments', () => {
  expect(TOOL_SPECS.map(({ function: { name, parameters } }) => [name, parameters.required])).toEqual([
    ['search', ['text']],
    ['lines', ['log', 'first', 'last']],
    ['groups', undefined],
    ['record', ['id']],
  ]);
});

test('search finds lines whatever their case, and remembers whose records they were', async () => {
  const tools = await toolsFor('dispatch-37-report');
  expect(tools.call('search', { text: 'NEIGHBOR LOST' })).toBe(
    '1 lines:\nQDR.01:4: Thu Mar 27 12:34:06 dispatch.router (INFO) Neighbor lost: QDR.02',
  );
  expect([...tools.seen]).toEqual([]);
  expect(tools.call('search', { text: 'qd_config_item_value_string' })).toMatch(/^1 lines:\nQDR\.01:\d+: /);
  expect([...tools.seen]).toEqual(['22']);
});

test('lines, records and groups', async () => {
  const tools = await toolsFor('dispatch-37-report');
  expect(tools.call('lines', { log: 'QDR.01', first: 3, last: 4 }).split('\n')).toHaveLength(2);
  expect(tools.call('record', { id: '#351' })).toMatch(/definitely lost in loss record 351 of 2,684\n/);
  expect(tools.call('groups', {})).toMatch(
    /^4 groups:\nQDR\.01: 32 bytes in 1 blocks \(definitely-lost 1\); records 351; qd_dealloc < free_qd_router_ref_t/,
  );
  expect([...tools.seen].sort()).toEqual(['20', '22', '253', '351']);
});

test('what is too much comes in pages', async () => {
  const tools = await toolsFor('dispatch-37');
  const first = tools.call('search', { text: 'malloc', log: 'QDR.01' }).split('\n');
  expect(first).toHaveLength(121);
  expect(first[0]).toMatch(/^\d+ lines, of which 1 to 120:$/);
  const second = tools.call('search', { text: 'malloc', log: 'QDR.01', from: 120 }).split('\n');
  expect(second[0]).toMatch(/of which 121 to 240:$/);
  expect(second[1]).not.toBe(first[1]);
  expect(tools.call('groups', { from: 25 }).split('\n')).toHaveLength(26);
  expect(tools.call('lines', { log: 'QDR.01', first: 1, last: 5000 }).split('\n')).toHaveLength(120);
});

test.each([
  ['nothing', {}, 'error: there is no tool nothing'],
  ['constructor', {}, 'error: there is no tool constructor'],
  ['search', {}, 'error: text: Invalid input'],
  ['search', 'text', 'error: arguments: Invalid input'],
  ['search', { text: 'x', log: 'QDR.09' }, 'error: no log is called QDR.09; there are: QDR.01'],
  ['lines', { log: 'QDR.01', first: 900, last: 901 }, 'error: the log has 22 lines'],
  ['record', { id: '9999' }, 'error: no loss record has the id 9999'],
])('a wrong call is told to the model: %s %j', async (name, args, expected) => {
  const tools = await toolsFor('dispatch-37-report');
  expect(tools.call(name, args)).toContain(expected);
});
