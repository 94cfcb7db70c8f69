import { expect, test } from 'vitest';
import type { Stack } from './document.js';
import { signatureOf } from './signature.js';

const stackOf = (...names: readonly (string | null)[]): Stack =>
  names.map((name) => ({
    function: name,
    file: null,
    line: null,
    column: null,
    object: null,
    address: null,
  }));

test('the same leak has one signature in Memcheck and in both sanitizers', () => {
  const memcheck = stackOf('malloc', 'strdup', 'open_session', 'main', '(below main)');
  const addressSanitizer = stackOf(
    '__interceptor_strdup',
    'open_session',
    'main',
    '__libc_start_call_main',
    '_start',
  );
  const leakSanitizer = stackOf('__interceptor_malloc', '__GI___strdup', 'open_session', 'main', '_start');
  for (const stack of [memcheck, addressSanitizer, leakSanitizer]) {
    expect(signatureOf(stack)).toBe('strdup < open_session < main');
  }
});

test.each([
  [['operator new(unsigned long)', 'A::A(int)', 'main'], 'A::A(int) < main'],
  [['operator new[](unsigned long, std::nothrow_t const&)', 'f'], 'f'],
  [['posix_memalign', 'qd_alloc', 'start_thread', 'clone'], 'qd_alloc'],
  [['malloc', 'compiler_addop_o.constprop.0', 'parse.part.1.isra.0'], 'compiler_addop_o < parse'],
  [['malloc', 'a::b(int) [clone .constprop.0]', 'main'], 'a::b(int) < main'],
  [['malloc', null, 'main'], '??? < main'],
  [['malloc'], 'malloc'],
  [['malloc', 'malloc_trim_all'], 'malloc_trim_all'],
  [[], ''],
])('%j is %s', (names, signature) => {
  expect(signatureOf(stackOf(...names))).toBe(signature);
});
