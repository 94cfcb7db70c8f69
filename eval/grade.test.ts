import { describe, expect, test } from 'vitest';
import { gradeAnswer, gradeError } from './grade.js';
import { answer, answerKey, cause } from './run.fixture.js';

/** Records 1 and 2 are the bug's, 3 is another leak, 4 and 5 are noise. */
const leaking = answerKey({ leak: { records: ['1', '2'], otherLeaks: ['3'] } });
/** The fixed twin: the other leak is all that is left. */
const fixed = answerKey({ leak: { verdict: 'NO', otherLeaks: ['3'] } });

describe('outcome', () => {
  test('a verdict is right, wrong or unsure', () => {
    expect(gradeAnswer(answer('leak', { verdict: 'YES' }), leaking).outcome).toBe('right');
    expect(gradeAnswer(answer('leak', { verdict: 'NO' }), leaking).outcome).toBe('wrong');
    expect(gradeAnswer(answer('leak', { verdict: 'UNSURE' }), leaking).outcome).toBe('unsure');
  });

  test('an answer without a verdict is unparseable', () => {
    expect(gradeAnswer(answer('leak', { verdict: null, form: 'unparseable' }), leaking).outcome).toBe(
      'unparseable',
    );
  });

  test('UNSURE is right where the log cannot tell', () => {
    const noReport = answerKey({ groups: [], leak: { verdict: 'UNSURE' } });
    expect(gradeAnswer(answer('leak', { verdict: 'UNSURE' }), noReport).outcome).toBe('right');
    expect(gradeAnswer(answer('leak', { verdict: 'NO' }), noReport).outcome).toBe('wrong');
  });
});

describe('records', () => {
  const records = (cited: string[], key = leaking, verdict: 'YES' | 'NO' | 'UNSURE' = 'YES') =>
    gradeAnswer(answer('leak', { verdict, records: cited }), key).records;

  test('one of two right, one wrong', () => {
    expect(records(['1', '4'])).toEqual({
      right: 1,
      wrong: 1,
      neutral: 0,
      missed: 1,
      precision: 0.5,
      recall: 0.5,
      f1: 0.5,
      exact: false,
    });
  });

  test('other leaks are neither right nor wrong', () => {
    expect(records(['1', '2', '3'])).toMatchObject({
      precision: 1,
      recall: 1,
      f1: 1,
      exact: true,
      neutral: 1,
    });
  });

  test('an id that does not exist is a wrong citation', () => {
    expect(records(['1', '2', '99'])).toMatchObject({ right: 2, wrong: 1, f1: 0.8, exact: false });
  });

  test('every name of a record counts, and counts once', () => {
    expect(records(['1', 'A:1', '10:1', 'A:10.1:1', '2'])).toMatchObject({ right: 2, wrong: 0, exact: true });
  });

  test('citing nothing where there is something to find earns nothing', () => {
    expect(records([])).toMatchObject({ precision: 0, recall: 0, f1: 0, exact: false });
  });

  test('what a NO or an UNSURE cites is no evidence', () => {
    expect(records(['1', '2'], leaking, 'NO')).toMatchObject({ right: 0, missed: 2, f1: 0 });
    expect(records(['4', '5'], fixed, 'NO')).toMatchObject({ wrong: 0, f1: 1, exact: true });
    expect(records(['1', '2'], leaking, 'UNSURE')).toMatchObject({ f1: 0 });
  });

  test('on a control NO earns all, UNSURE and a bare YES nothing', () => {
    expect(records([], fixed, 'NO')).toMatchObject({ precision: 1, recall: 1, f1: 1, exact: true });
    expect(records([], fixed, 'UNSURE')).toMatchObject({ f1: 0, exact: false });
    expect(records([], fixed)).toMatchObject({ f1: 0, exact: false });
  });

  test('on a control a YES that cites only other leaks tells the truth of the log', () => {
    const outcome = (cited: string[]) => gradeAnswer(answer('leak', { records: cited }), fixed).outcome;
    expect(records(['3'], fixed)).toMatchObject({ neutral: 1, wrong: 0, f1: 1 });
    expect(outcome(['3'])).toBe('right');
    expect(records(['3', '4'], fixed)).toMatchObject({ wrong: 1, f1: 0 });
    expect(outcome(['3', '4'])).toBe('wrong');
    expect(outcome(['3', '99'])).toBe('wrong');
    expect(outcome([])).toBe('wrong');
  });

  test('other leaks save no NO where the bug leaks, and no YES where the log holds no report', () => {
    expect(gradeAnswer(answer('leak', { verdict: 'NO', records: ['3'] }), leaking).outcome).toBe('wrong');
    const cut = answerKey({ leak: { verdict: 'UNSURE', otherLeaks: ['3'] } });
    expect(gradeAnswer(answer('leak', { records: ['3'] }), cut).outcome).toBe('wrong');
  });

  test('a name that two records share means neither', () => {
    const key = answerKey({ leak: { records: ['A:10:1', 'A:11:1'] }, groups: [0, 0] });
    key.records.forEach((record, index) => {
      Object.assign(record, { number: 1, pid: 10 + index, id: `A:${10 + index}:1` });
    });
    const { records: graded, citations } = gradeAnswer(answer('leak', { records: ['1', '11:1'] }), key);
    expect(graded).toMatchObject({ right: 1, wrong: 1, missed: 1 });
    expect(citations.unknown).toEqual(['1']);
  });

  test('a truth that lists a record which no log holds is refused', () => {
    const key = answerKey({ case: 'odd', leak: { records: ['77'] } });
    expect(() => gradeAnswer(answer('leak'), key)).toThrow(/truth of odd lists record 77/);
  });
});

test('one record of a group stands for the group, beside the strict figure', () => {
  const key = answerKey({ groups: [0, 0, 0, 1, 2], leak: { records: ['1', '2', '3', '4'] } });
  const { records, groups } = gradeAnswer(answer('leak', { records: ['2', '4'] }), key);
  expect(records).toMatchObject({ recall: 0.5, exact: false });
  expect(groups).toMatchObject({ right: 2, missed: 0, f1: 1, exact: true });
});

describe('root cause', () => {
  const key = answerKey({
    leak: { records: ['1', '2', '3'] },
    rootCause: {
      causes: [
        cause({ id: 'nested', records: ['1', '2'], functions: ['qd_free(void*)'] }),
        cause({ id: 'strings', primary: false, records: ['3'], mechanism: 'missing free on teardown' }),
      ],
    },
  });
  const grade = (said: Parameters<typeof answer>[1]) => gradeAnswer(answer('root-cause', said), key);

  test('any record of a cause finds it', () => {
    expect(grade({ records: ['2'] }).causes).toEqual({ found: ['nested'], total: 2, gatedPrecision: 1 });
    expect(grade({ records: ['2', '3', '4'] }).causes).toMatchObject({
      found: ['nested', 'strings'],
      gatedPrecision: 2 / 3,
    });
  });

  test('precision counts only where every primary cause is found', () => {
    expect(grade({ records: ['3'] }).causes).toMatchObject({ found: ['strings'], gatedPrecision: 0 });
  });

  test('functions are compared without arguments', () => {
    expect(grade({ functions: ['qd_free', 'main'] }).functions).toMatchObject({ precision: 0.5, recall: 1 });
    expect(grade({}).functions).toMatchObject({ f1: 0 });
  });

  test('a function at fault counts among the first three named, where a stack shows one', () => {
    const shown = answerKey({
      stacks: [['malloc', 'qd_new', 'qd_free'], ['malloc'], ['malloc'], ['malloc'], ['malloc']],
      rootCause: { causes: [cause({ records: [], functions: ['qd_free', 'qd_hidden'] })] },
    });
    const among = (functions: string[], key = shown) =>
      gradeAnswer(answer('root-cause', { functions }), key).functionAmongFirst;
    expect(among(['qd_new', 'main', 'qd_free(void*)'])).toBe(true);
    expect(among(['qd_new', 'main', 'qd_new', 'qd_free'])).toBe(true);
    expect(among(['qd_new', 'main', 'malloc', 'qd_free'])).toBe(false);
    expect(among([])).toBe(false);
    const hidden = answerKey({ rootCause: { causes: [cause({ records: [], functions: ['qd_hidden'] })] } });
    expect(among(['qd_hidden'], hidden)).toBeNull();
  });

  test('the mechanism is that of a primary cause', () => {
    expect(grade({ mechanism: 'nested object not freed' }).mechanism).toBe('right');
    expect(grade({ mechanism: 'missing free on teardown' }).mechanism).toBe('wrong');
    expect(grade({}).mechanism).toBe('missing');
  });

  test('a control asks for neither functions nor mechanism, and a NO misses no cause', () => {
    const control = answerKey({ leak: { verdict: 'NO' }, rootCause: { verdict: 'NO' } });
    expect(gradeAnswer(answer('root-cause', { verdict: 'NO' }), control)).toMatchObject({
      outcome: 'right',
      functions: null,
      mechanism: null,
      causes: { found: [], total: 0, gatedPrecision: 1 },
    });
  });
});

describe('relationship', () => {
  const key = answerKey({
    stacks: [['malloc', 'List<int>::grow(int)', 'insert', 'handle', 'run', 'main']],
    groups: [0],
    relationship: {
      processes: [['QDR.01', 'QDR.02']],
      calls: [
        ['handle', 'insert'],
        ['del_remote', 'del_router'],
      ],
    },
  });
  const grade = (said: Parameters<typeof answer>[1]) => gradeAnswer(answer('relationship', said), key);

  test('a pair has no order', () => {
    expect(grade({ processes: [['QDR.02', 'QDR.01']] }).pairs).toMatchObject({ f1: 1, exact: true });
    expect(grade({ processes: [['QDR.02', 'QDR.03']] }).pairs).toMatchObject({ right: 0, f1: 0 });
  });

  test('a call is right side by side, near further apart, reversed the other way round, else unknown', () => {
    const { calls } = grade({
      calls: [
        ['insert', 'List::grow'],
        ['main', 'insert'],
        ['insert', 'handle'],
        ['handle', 'free'],
      ],
    });
    expect(calls).toMatchObject({
      named: 4,
      right: 1,
      near: 1,
      reversed: 1,
      unknown: 1,
      precision: 0.25,
      recall: 0,
    });
  });

  test("a call of the truth's list is right though no stack holds it", () => {
    expect(grade({ calls: [['del_remote', 'del_router']] }).calls).toMatchObject({
      right: 1,
      found: 1,
      listed: 2,
      recall: 0.5,
    });
  });

  test('where the truth lists no call, naming none is right and there is nothing to recall', () => {
    const quiet = answerKey({});
    expect(gradeAnswer(answer('relationship'), quiet).calls).toMatchObject({ precision: 1, recall: null });
    expect(gradeAnswer(answer('relationship', { verdict: 'NO' }), quiet).calls).toMatchObject({
      precision: 0,
    });
  });

  test('a recursive function calls itself where the stack says so', () => {
    const recursive = answerKey({ groups: [0], stacks: [['malloc', 'walk', 'walk', 'main']] });
    const said = answer('relationship', { calls: [['walk', 'walk']] });
    expect(gradeAnswer(said, recursive).calls).toMatchObject({ right: 1 });
    expect(gradeAnswer(answer('relationship', { calls: [['main', 'main']] }), recursive).calls).toMatchObject(
      {
        unknown: 1,
      },
    );
  });
});

test('functions without a name make no call', () => {
  const key = answerKey({ groups: [0], stacks: [['malloc', '???', '???', 'main']] });
  expect(gradeAnswer(answer('relationship', { calls: [['???', '???']] }), key).calls).toMatchObject({
    unknown: 1,
  });
});

describe('citations', () => {
  test('ids that exist, that do not, and that were shown', () => {
    const said = answer('leak', { records: ['1', '2', '99', 'B:1'] });
    expect(gradeAnswer(said, leaking, { shown: ['A:1'], quotes: { quoted: 3, found: 2 } }).citations).toEqual(
      {
        cited: 4,
        exist: 2,
        unknown: ['99', 'B:1'],
        shown: 1,
        quotes: { quoted: 3, found: 2 },
      },
    );
  });

  test('an analyst that saw all was shown all', () => {
    expect(gradeAnswer(answer('leak', { records: ['1', '99'] }), leaking).citations).toMatchObject({
      exist: 1,
      shown: 1,
    });
  });
});

test('an error misses all that applies', () => {
  expect(gradeError('leak', leaking)).toMatchObject({ outcome: 'error', records: { f1: 0, missed: 2 } });
  expect(gradeError('leak', fixed)).toMatchObject({ outcome: 'error', records: { f1: 0 } });
});
