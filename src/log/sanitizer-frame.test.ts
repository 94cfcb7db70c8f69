import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSanitizerFrame } from './sanitizer-frame.js';

/** A frame as `function | file | line | column | object`. */
function read(text: string): string | null {
  const frame = parseSanitizerFrame(text);
  return frame && [frame.function, frame.file, frame.line, frame.column, frame.object].join(' | ');
}

test.each([
  [
    '    #0 0x7fe0eb4b89cf in __interceptor_malloc ../../src/asan/a.cpp:69',
    '__interceptor_malloc | ../../src/asan/a.cpp | 69 |  | ',
  ],
  ['    #13 0x4f5a in sdsempty /build/src/sds.c:179:5', 'sdsempty | /build/src/sds.c | 179 | 5 | '],
  [
    '    #1 0x4f5a in f(int, char const*) /src/a dir/x.cc:7',
    'f(int, char const*) | /src/a dir/x.cc | 7 |  | ',
  ],
  ['    #1 0x4f5a in operator/(A const&, B) /src/x.cc:7', 'operator/(A const&, B) | /src/x.cc | 7 |  | '],
  [
    '    #1 0x4f5a in a::B<int, (c)0>::run() const src/x.cc:7',
    'a::B<int, (c)0>::run() const | src/x.cc | 7 |  | ',
  ],
  [
    '    #1 0x4f5a in operator new(unsigned long) (/lib/libasan.so.8+0xb5)',
    'operator new(unsigned long) |  |  |  | /lib/libasan.so.8',
  ],
  ['    #2 0x5649 in _start (/opt/app+0x1170) (BuildId: 0a1b2c)', '_start |  |  |  | /opt/app'],
  ['    #2 0x5649  (/opt/app (old)+0x1170) (BuildId: 0a1b2c)', ' |  |  |  | /opt/app (old)'],
  ['    #3 0x5649  (<unknown module>)', ' |  |  |  | '],
  ['    #3 0x5649 in main /src/main.c', 'main | /src/main.c |  |  | '],
  ['    #3 0x5649 in main <null>', 'main |  |  |  | '],
  ['    #3 0x5649 in ?? ??:0', ' |  |  |  | '],
  ['    #3 0x5649 in start_thread', 'start_thread |  |  |  | '],
  ['    #3 0x5649', ' |  |  |  | '],
])('%s', (text, frame) => {
  expect(read(text)).toBe(frame);
});

test.each(['#1 is the best', '    #x 0x1 in f', '    # 0x1', ''])('no frame: %s', (text) => {
  expect(read(text)).toBeNull();
});

test('any function and any file without odd brackets are told apart', () => {
  const name = fc.stringMatching(/^[a-z_~][\w:~]{0,12}(?:\((?:int|char const\*)?\))?$/);
  const file = fc.stringMatching(/^\/[\w.-]{1,8}(?:\/[\w. -]{0,6}[\w.-]){0,3}$/);
  fc.assert(
    fc.property(name, file, fc.integer({ min: 1 }), (f, path, line) => {
      expect(read(`    #0 0x1 in ${f} ${path}:${line}`)).toBe(`${f} | ${path} | ${line} |  | `);
    }),
  );
});
