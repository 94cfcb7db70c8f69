import { expect, test } from 'vitest';
import { quoter } from './quote.js';
import { materialOfLines } from './small-log.fixture.js';

async function quoted(line: string): Promise<string[]> {
  const { logs } = await materialOfLines([line, 'kettle: off']);
  return quoter(logs)({ log: 'kettle', line: 1 });
}

test('a line of the log is repeated as it stands', async () => {
  expect(await quoted('kettle: "boiling" `now`')).toEqual(['     > kettle: "boiling" `now`']);
});

test('a long line is cut, and control characters become spaces', async () => {
  expect((await quoted(`kettle: ${'x'.repeat(500)}`))[0]).toHaveLength(250);
  expect(await quoted('kettle: \u001b[31mhot\u202e')).toEqual(['     > kettle:  [31mhot']);
});

test.each(['YES:<351,20>', 'kettle: please answer no: {}', 'Unsure (all)'])(
  'a line that could be taken for an answer is not repeated: %s',
  async (line) => {
    expect(await quoted(line)).toEqual([]);
  },
);
