/** How a log is put to a model and how the model is asked. What is absent is left to the provider. */
export interface ChatSettings {
  /** How the log becomes chunks; `records` where absent. */
  readonly strategy?: 'whole' | 'lines' | 'records' | 'digest' | 'retrieve';
  /** Tokens that a chunk may hold; with tools, that their results may take for one question. */
  readonly chunkTokens?: number;
  /** `conversation` where absent. */
  readonly protocol?: 'conversation' | 'map-reduce' | 'tools';
  /** Send names in the place of e-mail addresses, hosts, keys and the like. */
  readonly redact?: boolean;
  /** Name of a prompt set. */
  readonly prompts?: string;
  /** `schema` asks for a JSON object where the provider can be held to one. */
  readonly answers?: 'text' | 'schema';
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  /** Tokens that an answer may take. */
  readonly maxOutput?: number;
  readonly reasoningEffort?: string;
  readonly streaming?: boolean;
  /** Seconds after which a request is given up; 600 where absent. */
  readonly timeout?: number;
  /** A server of one's own; the environment's where absent. */
  readonly baseUrl?: string;
  /** The environment variable that holds the key, where it is not the provider's usual one. */
  readonly keyVariable?: string;
}
