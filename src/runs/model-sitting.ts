import type { ChatSession } from '../analysts/chat/conversation.js';
import { STAGES, type Stage, type Truth } from '../cases/truth.js';
import { LeaktrailError } from '../error.js';
import { formatAnswer } from '../stages/format-answer.js';
import type { CaseOnDesk } from './materials.js';
import { recordedSend } from './recorded-send.js';
import { type Ask, checkOpen, Failed, Halt, type Seat, type Shared } from './seat.js';

/**
 * Puts the stages of one case to a model, in one sitting.
 * Gives back false when questions are left that the next sitting has to ask.
 */
export async function sit(
  seat: Seat,
  shared: Shared,
  ask: Ask,
  id: string,
  open: () => Promise<CaseOnDesk>,
  plan: { readonly repeat: number; readonly stages: readonly Stage[] },
): Promise<boolean> {
  const at = { case: id, repeat: plan.repeat };
  const store = async (stage: Stage, kind: string, message: string) => {
    const question = {
      case: at.case,
      contestant: seat.contestant.id,
      stage,
      repeat: at.repeat,
      chunk: 0,
    };
    const line = { ...question, text: null, error: { kind, message } };
    const earlier = shared.store.stored(question);
    const known = earlier?.error?.kind === kind && earlier.error.message === message;
    if (!known) await shared.store.put(line);
    shared.onProgress({ kind: 'answered', line, stored: known });
  };

  let session: ChatSession;
  let truth: Truth;
  let cover = (text: string) => text;
  try {
    checkOpen(seat, shared);
    const { material, quotesOf, redactor, ...known } = await open();
    truth = known.truth;
    if (redactor !== undefined) cover = redactor.cover;
    const send = recordedSend(seat, shared, ask, { ...at, quotesOf });
    session = await seat.analyst.open(material, send, redactor);
  } catch (error) {
    if (error instanceof Halt) return false;
    if (!(error instanceof LeaktrailError)) throw error;
    for (const stage of plan.stages) await store(stage, error.code, cover(error.message));
    return true;
  }

  const truthful = seat.contestant.settings.upstream === 'truth';
  let unanswered: Stage | null = null;
  let complete = true;
  for (const stage of plan.stages) {
    if (truthful) assumeTruth(session, truth, stage);
    if (unanswered !== null) {
      await store(stage, 'upstream', `the ${unanswered} question has no answer to go on from`);
      continue;
    }
    try {
      await session.ask(stage, shared.abort);
    } catch (error) {
      if (error instanceof Halt) {
        complete = false;
        // With the truth to go on from, the next stage need not wait for this one.
        if (truthful) continue;
        break;
      }
      if (!(error instanceof Failed)) throw error;
      if (error.chunk > 0)
        await store(stage, 'upstream', `chunk ${error.chunk} has no answer: ${error.message}`);
      if (!truthful) unanswered = stage;
    }
  }
  return complete;
}

/** Lets the conversation go on from the true answers of all stages before one. */
export function assumeTruth(session: ChatSession, truth: Truth, stage: Stage): void {
  const { relationship, leak } = truth;
  const answers: Record<string, string> = {
    relationship: formatAnswer({ stage: 'relationship', ...relationship }),
    leak: formatAnswer({ stage: 'leak', verdict: leak.verdict, records: leak.records }),
  };
  for (const earlier of STAGES.slice(0, STAGES.indexOf(stage))) {
    session.assume(earlier, answers[earlier] as string);
  }
}
