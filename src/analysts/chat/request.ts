import { createHash } from 'node:crypto';
import type { Stage } from '../../cases/truth.js';
import type { Redactor } from '../../context/redact.js';
import type { Reply } from '../analyst.js';

/** A look-up that a model asks for. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly args: { readonly [argument: string]: unknown };
}

/** One message of a conversation with a model. A tool's result names the call that it belongs to. */
export type ChatMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls?: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly text: string; readonly call: string };

/** One question on its way to a model, with everything that was said before. */
export interface ChatRequest {
  readonly stage: Stage;
  /**
   * 1-based where a stage takes several requests; 0 for the request whose reply answers the stage. With tools the
   * step: there the first reply without a call answers.
   */
  readonly chunk: number;
  readonly messages: readonly ChatMessage[];
  /** Ids of the records in the messages; absent when the whole log is in them. */
  readonly shown?: readonly string[];
  /** Whether the reply has to be a JSON object of the stage's schema. */
  readonly structured: boolean;
  /** Whether the model may call the tools for logs, or has called them and must answer now; absent without tools. */
  readonly tools?: 'open' | 'closed';
  /** Knows the secrets of the log by their names; absent where nothing is redacted. No part of what is sent. */
  readonly redactor?: Pick<Redactor, 'cover' | 'restore'>;
}

/** What a model answered, and what it took to get the answer. */
export interface ChatReply extends Reply {
  /** Of the attempt that succeeded, in milliseconds. */
  readonly latencyMs: number;
  /** How often the request was sent. */
  readonly attempts: number;
  /** Look-ups that it asks for before it answers; absent or empty with an answer. */
  readonly calls?: readonly ToolCall[];
}

/** Sends a request and waits for the reply. Rejects with a `ModelError`. */
export type Send = (request: ChatRequest, signal?: AbortSignal) => Promise<ChatReply>;

/** SHA-256 of what is sent, in hexadecimal: of the messages and of the form that the answer must have. */
export function promptHash({ messages, stage, structured, tools }: ChatRequest): string {
  const said: unknown[] = messages.map((message) => {
    const { role, text } = message;
    if (role === 'tool') return [role, text, message.call];
    return role === 'assistant' && message.calls ? [role, text, message.calls] : [role, text];
  });
  if (structured) said.push(['schema', stage]);
  if (tools !== undefined) said.push(['tools', tools]);
  return sha256(JSON.stringify(said));
}

/** A reply, or what else came back for a request, with the secrets of the log again. */
export function restored({ redactor, structured }: ChatRequest, text: string): string {
  return redactor?.restore(text, structured ? asInJson : undefined) ?? text;
}

function asInJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
