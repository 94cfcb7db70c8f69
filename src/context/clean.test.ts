import { expect, test } from 'vitest';
import { cleanLine } from './clean.js';

test.each([
  ['==2738==    by 0x48727A3: qd_log_configure (log.c:250)', '  by qd_log_configure (log.c:250)'],
  [
    '==2738==    at 0x48417B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)',
    '  at malloc',
  ],
  ['==2738==    by 0x4A: ??? (in /usr/lib/libfoo.so.1)', '  by ??? (in libfoo.so.1)'],
  [
    '==2738==    by 0x4A: operator new(unsigned long) (new.cpp:3)',
    '  by operator new(unsigned long) (new.cpp:3)',
  ],
  ['    #0 0x7f2d in malloc /src/asan_malloc_linux.cpp:69', '  #0 malloc /src/asan_malloc_linux.cpp:69'],
  ['    #3 0x7f2d  (/lib/libc.so.6+0x2724a) (BuildId: 51657f)', '  #3  (libc.so.6)'],
  ['==2738== LEAK SUMMARY:', 'LEAK SUMMARY:'],
  [
    '==2738==    definitely lost: 43,246 bytes in 399 blocks',
    '   definitely lost: 43,246 bytes in 399 blocks',
  ],
])('%s', (line, cleaned) => {
  expect(cleanLine(line, false)).toBe(cleaned);
});

test.each(['==2738== ', '', '   ', '==2738=='])('nothing is left of %j', (line) => {
  expect(cleanLine(line, false)).toBeNull();
});

test.each([
  'Sun Nov 22 09:01:33 2026 MESSAGE (TRACE) Message(0x5eb3840){to=amqp:/_local/qdhello} received',
  '  indented line of the application at 0x12: here',
  '== not a report ==',
])('a line of the application stays as it is: %s', (line) => {
  expect(cleanLine(line, false)).toBe(line);
});

test('the process stays where several write into one log', () => {
  expect(cleanLine('==7==    by 0x1: main (main.c:1)', true)).toBe('==7==   by main (main.c:1)');
});
