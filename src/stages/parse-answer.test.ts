import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MECHANISMS, STAGES, type Stage, VERDICTS } from '../cases/truth.js';
import { answerSchema } from './answer-schema.js';
import { RANGE_LIMIT } from './cited-records.js';
import { formatAnswer } from './format-answer.js';
import { parseAnswer } from './parse-answer.js';

describe('canonical text', () => {
  const id = fc
    .tuple(
      fc.constantFrom('', 'QDR.01:', 'router-a:', '2761:', '2761.2:', 'QDR.01:2761.2:'),
      fc.integer({ min: 1, max: 9_999_999 }),
    )
    .map(([prefix, number]) => `${prefix}${number}`);
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const functionName = fc.oneof(
    fc.tuple(word, word).map(([a, b]) => `${a}_${b}`),
    fc.tuple(word, word).map(([a, b]) => `${a}::${b}(std::vector<int, char> const&)`),
    fc.constantFrom(
      'std::map<int, char>::operator->',
      'std::map<int, char>::operator[](int&&)',
      'fclose@@GLIBC_2.2.5',
      'compiler_add_o.constprop.0',
      "PyEval_EvalFrameEx'2",
      'POINTER',
      'main',
      'dictresize',
    ),
  );
  const processName = fc.oneof(
    fc.tuple(word, fc.integer({ min: 1, max: 99 })).map(([a, b]) => `${a.toUpperCase()}.${b}`),
    fc.tuple(word, word).map(([a, b]) => `${a}-${b}`),
    fc.constantFrom('lighttpd', 'redis-server (master)', 'PID 2761'),
  );
  const pairs = (name: fc.Arbitrary<string>) =>
    fc.uniqueArray(
      fc.tuple(name, name).filter(([a, b]) => a !== b),
      { maxLength: 4, selector: ([a, b]) => [a, b].sort().join(' ') },
    );

  const statement = fc.oneof(
    fc.record({
      stage: fc.constant<Stage>('relationship'),
      verdict: fc.constantFrom(...VERDICTS),
      processes: pairs(processName),
      calls: pairs(functionName),
    }),
    fc.record({
      stage: fc.constant<Stage>('leak'),
      verdict: fc.constantFrom(...VERDICTS),
      records: fc.uniqueArray(id, { maxLength: 20 }),
    }),
    fc.record({
      stage: fc.constant<Stage>('root-cause'),
      verdict: fc.constantFrom(...VERDICTS),
      records: fc.uniqueArray(id, { maxLength: 20 }),
      functions: fc.uniqueArray(functionName, { maxLength: 3 }),
      mechanism: fc.option(fc.constantFrom(...MECHANISMS)),
    }),
  );

  test('is read back as what it was made from', () => {
    fc.assert(
      fc.property(statement, (said) => {
        expect(parseAnswer(formatAnswer(said), said.stage)).toMatchObject({
          ...said,
          form: 'canonical',
          forgiven: [],
          contradictory: false,
        });
      }),
    );
  });

  test('and so is the object that keeps to the schema', () => {
    const object = {
      explanation: 'NO was my first thought.',
      verdict: 'YES',
      records: ['QDR.01:351', '20'],
      functions: ['will__read'],
      mechanism: 'reference count',
    };
    expect(answerSchema('root-cause').safeParse(object).success).toBe(true);
    const { explanation: _, ...said } = object;
    expect(parseAnswer(JSON.stringify(object), 'root-cause')).toMatchObject({ ...said, form: 'canonical' });
  });

  test('names that hold signs of the list stand between backticks', () => {
    expect(
      formatAnswer({ stage: 'relationship', verdict: 'YES', calls: [['f(int, char)', 'T::operator->']] }),
    ).toBe('YES:<`f(int, char)` -> `T::operator->`>');
  });
});

describe('a reply that could be anything', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        'YES',
        'NO',
        'UNSURE',
        'Yes,',
        ':',
        '{',
        '}',
        '<',
        '>',
        '[',
        '(',
        ')',
        '351',
        '1,204',
        '20-22',
        '#7',
        '\n',
      ],
      ...[
        'loss record 351 of 2,684',
        '32 bytes in 1 blocks',
        '`',
        '```\n',
        '<think>',
        '</think>',
        '**',
        '是：',
        '否',
      ],
      ...[
        'QDR.01:5',
        '->',
        '↔',
        'qd_router',
        'Function: ',
        'Mechanism: ',
        'no evidence of a leak',
        '记录 12',
        '| ',
      ],
      ...[
        '{"verdict":"YES","records":[',
        '"',
        ']',
        'if ',
        'Say ',
        'not ',
        ' to ',
        'Answer: ',
        '1. ',
        'except ',
      ],
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  );
  const reply = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

  test('never throws, and its span lies in the text', () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(...STAGES), (text, stage) => {
        const { span, verdict, form } = parseAnswer(text, stage);
        expect(verdict === null).toBe(form === 'unparseable');
        expect(span === null).toBe(verdict === null);
        if (span !== null) {
          expect(span[0]).toBeGreaterThanOrEqual(0);
          expect(span[0]).toBeLessThan(span[1]);
          expect(span[1]).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** Numbers as the text writes them, in digits of any width, with and without separators of thousands. */
  function numbersIn(text: string): Set<number> {
    const narrow = text.replace(/[\uff01-\uff5e]/g, (wide) =>
      String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
    );
    const digits = narrow.match(/\d+/g) ?? [];
    const joined = narrow.match(/\d{1,3}(?=(,\d{3}))/g) ?? [];
    const pairs = [...narrow.matchAll(/(?=(?<!\d)(\d{1,3}),(\d{3})(?!\d))/g)];
    return new Set([...digits, ...joined, ...pairs.map(([, a, b]) => `${a}${b}`)].map(Number));
  }

  test('never yields an id that the text does not hold, but for the inside of a range', () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(...STAGES), (text, stage) => {
        const held = numbersIn(text);
        for (const id of parseAnswer(text, stage).records) {
          const number = Number(id.slice(id.lastIndexOf(':') + 1));
          const inRange =
            [...held].some((low) => low < number && number - low < RANGE_LIMIT) &&
            [...held].some((high) => high > number && high - number < RANGE_LIMIT);
          expect(held.has(number) || inRange, `${id} of ${JSON.stringify(text)}`).toBe(true);
        }
      }),
      {
        numRuns: 1000,
        // Digits of other kinds are none to the parser.
        examples: [['YES{"verdict":"YES","records":[记录 12𝟎', 'root-cause']],
      },
    );
  });

  test('says the same in whatever text surrounds it, as long as that holds no verdict', () => {
    const harmless = fc.stringMatching(/^[b-df-hj-km-z ]{0,40}$/);
    fc.assert(
      fc.property(
        harmless,
        harmless,
        fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1 }),
        (before, after, numbers) => {
          const text = `${before}\n\nYES:<${numbers.join(',')}>\n\n${after}`;
          expect(parseAnswer(text, 'leak').records).toEqual(numbers.map(String));
        },
      ),
    );
  });

  test.each([
    'YES:() ',
    '1,204,',
    'a->b,',
    '- YES\n',
    '</think>',
    'loss record 351 of 2,684, ',
    '**Mechanism**: nested\n',
    '{"verdict":"YES","a":',
    '\n    ',
  ])('a hundred kilobytes of %j are read to the end', (piece) => {
    const text = `YES:{${piece.repeat(Math.ceil(100_000 / piece.length))}`;
    for (const stage of STAGES) expect(parseAnswer(text, stage).stage).toBe(stage);
  });
});

test('a pair that goes both ways is one of processes, though a name reads like a function', () => {
  const answer = parseAnswer('YES:<mosquitto <-> mosquitto_sub>', 'relationship');
  expect(answer.processes).toEqual([['mosquitto', 'mosquitto_sub']]);
});
