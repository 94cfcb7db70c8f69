/**
 * Ctrl-C once: no new request. Twice: requests under way are given up. A third time the process ends as ever.
 *
 * @param say shows a line to the person at the keyboard
 * @param again what to type to continue
 */
export function stopOnInterrupt(
  say: (text: string) => void,
  again: string,
): { readonly stop: AbortSignal; readonly abort: AbortSignal; end(): void } {
  const stop = new AbortController();
  const abort = new AbortController();
  const onInterrupt = () => {
    if (!stop.signal.aborted) {
      say('Stopping: nothing new is asked, and what is under way is finished. Ctrl-C again gives it up.');
      say(`To continue: ${again}`);
      stop.abort();
      return;
    }
    say('Giving up what is under way; it is asked again when the run is continued.');
    abort.abort();
    process.off('SIGINT', onInterrupt);
  };
  process.on('SIGINT', onInterrupt);
  return { stop: stop.signal, abort: abort.signal, end: () => process.off('SIGINT', onInterrupt) };
}
