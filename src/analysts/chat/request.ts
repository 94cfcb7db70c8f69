import { createHash } from 'node:crypto';
import type { Stage } from '../../cases/truth.js';
import type { Reply } from '../analyst.js';

/** One message of a conversation with a model. */
export interface ChatMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** One question on its way to a model, with everything that was said before. */
export interface ChatRequest {
  readonly stage: Stage;
  /** 1-based where a stage is asked of chunks one by one; 0 for the request whose reply answers the stage. */
  readonly chunk: number;
  readonly messages: readonly ChatMessage[];
  /** Ids of the records in the messages; absent when the whole log is in them. */
  readonly shown?: readonly string[];
  /** Whether the reply has to be a JSON object of the stage's schema. */
  readonly structured: boolean;
}

/** What a model answered, and what it took to get the answer. */
export interface ChatReply extends Reply {
  /** Of the attempt that succeeded, in milliseconds. */
  readonly latencyMs: number;
  /** How often the request was sent. */
  readonly attempts: number;
}

/** Sends a request and waits for the reply. Rejects with a `ModelError`. */
export type Send = (request: ChatRequest, signal?: AbortSignal) => Promise<ChatReply>;

/** SHA-256 of what is sent, in hexadecimal: of the messages and of the form that the answer must have. */
export function promptHash({ messages, stage, structured }: ChatRequest): string {
  const said = messages.map(({ role, text }) => [role, text]);
  return sha256(JSON.stringify(structured ? [...said, ['schema', stage]] : said));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
