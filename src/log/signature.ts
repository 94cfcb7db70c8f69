import type { Frame, Stack } from './document.js';

/** Functions that only hand out memory: where a stack's own story begins is below them. */
const ALLOCATORS =
  /^(?:__interceptor_|__wrap_)?(?:malloc|calloc|realloc|reallocarray|memalign|posix_memalign|aligned_alloc|valloc|pvalloc|operator new(?:\[\])?(?:\(.*)?|_Zn[wa][mj].*)$/;

/** What runs before `main`; some tools print it and others stop at `main`. */
const STARTERS =
  /^(?:\(below main\)|_start|__libc_start_main.*|__libc_start_call_main|start_thread|clone3?|__clone3?|thread_start)$/;

const cache = new WeakMap<Stack, string>();

/**
 * The signature of an allocation stack: function names from the allocation outwards, joined by ` < `, without the
 * allocator itself and without what runs below `main` or a thread's first function. Lines, addresses and sizes are
 * no part of it, so that the same leak has the same signature in another run, and in memcheck text, memcheck XML and
 * LeakSanitizer alike. A frame without a name counts as `???`.
 */
export function signatureOf(stack: Stack): string {
  let signature = cache.get(stack);
  if (signature === undefined) {
    signature = computeSignature(stack);
    cache.set(stack, signature);
  }
  return signature;
}

function computeSignature(stack: Stack): string {
  let first = 0;
  while (first < stack.length - 1 && ALLOCATORS.test(nameOf(stack[first] as Frame))) first++;
  let end = stack.length;
  while (end > first + 1 && STARTERS.test(nameOf(stack[end - 1] as Frame))) end--;
  return stack.slice(first, end).map(nameOf).join(' < ');
}

function nameOf(frame: Frame): string {
  return frame.function ?? '???';
}
