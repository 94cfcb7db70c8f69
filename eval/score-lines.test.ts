import { describe, expect, test } from 'vitest';
import { LeaktrailError } from '../src/error.js';
import { answerKey } from './run.fixture.js';
import { readAnswerLines, scoreLines } from './score-lines.js';

const keys = new Map([['leaky', answerKey({ case: 'leaky', leak: { records: ['1', '2'] } })]]);

const line = (given: object) => JSON.stringify({ case: 'leaky', stage: 'leak', text: 'YES:<1>', ...given });

test('one graded line an answer', () => {
  const text = `${line({ contestant: 'me', repeat: 2, text: 'YES: {1, 99}' })}\r\n\n${line({ text: 'Hm.' })}\n`;
  const [first, second] = scoreLines(readAnswerLines(text, 'answers.jsonl'), keys, 'answers.jsonl');
  expect(first).toMatchObject({
    case: 'leaky',
    contestant: 'me',
    stage: 'leak',
    repeat: 2,
    verdict: 'YES',
    records: ['1', '99'],
    form: 'lenient',
    grade: { outcome: 'right', records: { right: 1, wrong: 1, missed: 1 }, citations: { unknown: ['99'] } },
  });
  expect(Object.keys(second ?? {})).toEqual(['case', 'stage', 'verdict', 'records', 'form', 'grade']);
  expect(second).toMatchObject({ verdict: null, form: 'unparseable', grade: { outcome: 'unparseable' } });
});

describe('a line that is no answer is named with file and line', () => {
  const located = (text: string) => {
    try {
      scoreLines(readAnswerLines(text, 'a.jsonl'), keys, 'a.jsonl');
    } catch (error) {
      return error instanceof LeaktrailError ? error.located : error;
    }
    return undefined;
  };

  test.each([
    ['{"case":', /^a\.jsonl:2: not JSON$/],
    ['[]', /^a\.jsonl:2: .*expected object/],
    [line({ stage: 'leaks' }), /^a\.jsonl:2: stage: /],
    [line({ text: undefined }), /^a\.jsonl:2: text: /],
    [line({ repeat: 0 }), /^a\.jsonl:2: repeat: /],
    [line({ answer: 'YES' }), /^a\.jsonl:2: .*answer/],
    [line({ case: 'unheard-of' }), /^a\.jsonl:2: there is no case "unheard-of"$/],
    [line({}), /^a\.jsonl:2: answers the same question as line 1$/],
  ])('%s', (bad, message) => {
    expect(located(`${line({})}\n${bad}\n`)).toMatch(message);
  });
});
