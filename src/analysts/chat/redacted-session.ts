import type { Redactor } from '../../context/redact.js';
import type { ChatSession } from './conversation.js';
import type { ChatReply, Send } from './request.js';

/**
 * A session in which a model sees names in the place of secrets. Whoever sends, stores or reads a reply gets it with the
 * secrets again; what the session itself says once more, such as an earlier answer, has names.
 *
 * @param open opens a session over a log whose chunks the redactor has redacted
 */
export function redactedSession(
  open: (via: Send) => ChatSession,
  redactor: Redactor,
  via: Send,
): ChatSession {
  const restored = new WeakMap<ChatReply, ChatReply>();
  const session = open(async (request, signal) => {
    const restore = request.structured
      ? (text: string) => redactor.restore(text, asInJson)
      : (text: string) => redactor.restore(text);
    const reply = await via({ ...request, restore }, signal);
    const named = { ...reply, text: redactor.hide(reply.text) };
    restored.set(named, reply);
    return named;
  });
  return {
    async ask(stage, signal) {
      const reply = await session.ask(stage, signal);
      return restored.get(reply) ?? reply;
    },
    assume: (stage, text) => session.assume(stage, redactor.hide(text)),
  };
}

function asInJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
