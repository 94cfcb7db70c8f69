/** Ctrl-C once: no new request. Twice: requests under way are given up. A third time the process ends as ever. */
export function stopOnInterrupt(): { readonly stop: AbortSignal; readonly abort: AbortSignal; end(): void } {
  const stop = new AbortController();
  const abort = new AbortController();
  const onInterrupt = () => {
    if (!stop.signal.aborted) {
      process.stderr.write('\nStopping: what is under way is finished. Ctrl-C again stops now.\n');
      stop.abort();
      return;
    }
    abort.abort();
    process.off('SIGINT', onInterrupt);
  };
  process.on('SIGINT', onInterrupt);
  return { stop: stop.signal, abort: abort.signal, end: () => process.off('SIGINT', onInterrupt) };
}
