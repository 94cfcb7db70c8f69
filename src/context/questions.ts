import type { Stage } from '../cases/truth.js';

/** What a stage's question is about, as words that programs of any kind use in function names and messages. */
export const QUESTION_WORDS: Readonly<Record<Stage, string>> = {
  relationship:
    'connect connection connected accept accepted listen listening listener peer neighbor remote client server link ' +
    'session channel establish established register join request reply response send sending sent receive received ' +
    'message forward call caller main run start thread handler',
  leak:
    'alloc allocate malloc calloc realloc new create make init copy dup clone insert add append push grow buffer ' +
    'list table map hash string node entry cache pool definitely lost leak memory usage closed lost reject rejected',
  'root-cause':
    'free release destroy delete dealloc finalize fini cleanup clear close remove pop unref drop stop shutdown exit ' +
    'error fail failed abort reject rejected timeout lost disconnect closed detach ref reference overwrite replace ' +
    'alloc new create copy dup insert add',
};
