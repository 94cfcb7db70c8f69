import type { Frame, Stack } from './document.js';

/** Functions that only hand out memory: where a stack's own story begins is below them. */
const ALLOCATORS =
  /^(?:malloc|calloc|realloc|reallocarray|memalign|posix_memalign|aligned_alloc|valloc|pvalloc|operator new(?:\[\])?(?:\(.*)?|_Zn[wa][mj].*)$/;

/** What runs before `main`; some tools print it and others stop at `main`. */
const STARTERS =
  /^(?:\(below main\)|_start|__libc_start_main.*|__libc_start_call_main|start_thread|clone3?|__clone3?|thread_start)$/;

/** How sanitizers mark the functions they intercept, linkers those they wrap, and glibc its internal names. */
const MARK_BEFORE = /^(?:_{2,3}interceptor_|__wrap_|__GI_+)/;

/** How gcc and clang mark the copies and parts that they make of a function, in C and in C++. */
const MARK_BEHIND = /(?: \[clone [^\]]{1,60}\]|\.(?:part|constprop|isra|cold|lto_priv|llvm)(?:\.\d+)*)+$/;

const cache = new WeakMap<Stack, string>();

/**
 * The signature of an allocation stack: function names from the allocation outwards, joined by ` < `, without the
 * allocator itself and without what runs below `main` or a thread's first function. Lines, addresses and sizes are
 * no part of it, so that the same leak has the same signature in another run, and in memcheck text, memcheck XML and
 * LeakSanitizer alike; marks that only some tools print with a name (`__interceptor_strdup`, `parse.part.0`) are
 * left out for the same reason. A frame without a name counts as `???`.
 *
 * Between Memcheck and a sanitizer this holds for C. Of C++ functions one may print the bare name where the other
 * prints class and parameters; names are not cut down to what both print, since that would make one signature of
 * different leaks.
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
  while (first < stack.length - 1 && ALLOCATORS.test(functionOf(stack[first] as Frame))) first++;
  let end = stack.length;
  while (end > first + 1 && STARTERS.test(functionOf(stack[end - 1] as Frame))) end--;
  return stack.slice(first, end).map(functionOf).join(' < ');
}

/** A frame's function as signatures name it: without the marks that only some tools print, `???` where unknown. */
export function functionOf(frame: Frame): string {
  return frame.function === null ? '???' : frame.function.replace(MARK_BEFORE, '').replace(MARK_BEHIND, '');
}
