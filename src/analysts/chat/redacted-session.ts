import type { Redactor } from '../../context/redact.js';
import type { ChatSession } from './conversation.js';
import { type ChatReply, restored, type Send } from './request.js';

/**
 * A session in which names stand in the place of secrets: in what is sent, in what comes back, and in whatever stores
 * that. Only whoever asks the session gets the secrets again.
 *
 * @param open opens a session over a log whose chunks the redactor has redacted
 */
export function redactedSession(
  open: (via: Send) => ChatSession,
  redactor: Redactor,
  via: Send,
): ChatSession {
  const shown = new WeakMap<ChatReply, ChatReply>();
  const session = open(async (request, signal) => {
    const asked = { ...request, redactor };
    const reply = await via(asked, signal);
    shown.set(reply, { ...reply, text: restored(asked, reply.text) });
    return reply;
  });
  return {
    async ask(stage, signal) {
      const reply = await session.ask(stage, signal);
      return shown.get(reply) ?? reply;
    },
    assume: (stage, text) => session.assume(stage, redactor.hide(text)),
  };
}
