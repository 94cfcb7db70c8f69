import { expect, test } from 'vitest';
import { label } from './label.js';
import { truthOf } from './label-truth.js';
import { memcheckReport } from './memcheck-report.fixture.js';

test('a labelling becomes the leak part of a truth; what it leaves open is neither right nor wrong', async () => {
  const lost = (blocks: number, stack: string) => ({
    kind: 'definitely lost' as const,
    blocks,
    bytes: blocks * 16,
    stack,
  });
  const before = await memcheckReport({
    losses: [
      lost(300, 'session_open < main'),
      lost(5, 'table_new < main'),
      { ...lost(2, 'object_new < run_script < main'), kind: 'possibly lost' },
      { ...lost(1, 'locale_set < main'), kind: 'still reachable' },
    ],
  });
  const again = await memcheckReport({
    losses: [lost(300, 'session_open < main'), lost(5, 'table_new < main')],
  });
  const after = await memcheckReport({ losses: [lost(5, 'table_new < main')] });
  const truth = truthOf(label([[before], [again]], [[after]]), [before], ['before.log', 'after.log']);
  expect(truth).toEqual({
    leak: { verdict: 'YES', records: ['1'], otherLeaks: ['2', '3', '4'] },
    'root-cause': { verdict: 'UNSURE', causes: [] },
    evidence: {
      method: 'The same workload before and after the fix, compared by program and stack (leaktrail label).',
      logs: ['before.log', 'after.log'],
      notes: [
        'not settled: 3, for it varies between runs of the same build',
        'not settled: 4, for it varies between runs of the same build',
      ],
    },
  });
});

test('a labelling that found nothing gives NO', async () => {
  const report = await memcheckReport({ losses: [] });
  const truth = truthOf(label([[report]], [[report]]), [report], []);
  expect([truth.leak.verdict, truth['root-cause'].verdict]).toEqual(['NO', 'NO']);
});
