import type { BaseMessage } from '@langchain/core/messages';

/** A part of a message, which others can be appended to. */
export type MessagePart = BaseMessage & { concat(next: BaseMessage): BaseMessage };

/** The one choice of a part as an OpenAI server sent it. */
interface RawChoice {
  readonly index?: unknown;
  readonly delta?: { readonly refusal?: unknown } | null;
  readonly finish_reason?: unknown;
}

/**
 * The message that the parts of a stream come to; null without parts. LangChain appends whatever comes: of the choices
 * only the first one is taken here, of its finish reasons the last one, and a refusal, which LangChain leaves out, is
 * put into `additional_kwargs.refusal`.
 */
export async function joinStream(parts: AsyncIterable<MessagePart>): Promise<BaseMessage | null> {
  let message: BaseMessage | null = null;
  let refusal = '';
  let finishReason: string | undefined;
  for await (const part of parts) {
    const { index, delta, finish_reason: reason } = takeRawChoice(part);
    if (typeof index === 'number' && index > 0) continue;
    if (typeof delta?.refusal === 'string') refusal += delta.refusal;
    if (typeof reason === 'string') finishReason = reason;
    message = message === null ? part : (message as MessagePart).concat(part);
  }
  if (message === null) return null;
  if (refusal !== '') message.additional_kwargs.refusal = refusal;
  if (finishReason !== undefined) {
    const metadata: Record<string, unknown> = message.response_metadata;
    metadata.finish_reason = finishReason;
  }
  return message;
}

/** Takes off a part what stands in it as it came: many of them cannot be appended to each other. */
function takeRawChoice({ additional_kwargs: kwargs }: BaseMessage): RawChoice {
  const raw = kwargs.__raw_response as { choices?: readonly (RawChoice | null)[] | null } | undefined;
  delete kwargs.__raw_response;
  return raw?.choices?.[0] ?? {};
}
