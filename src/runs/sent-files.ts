import path from 'node:path';
import { type ChatRequest, promptHash, sha256 } from '../analysts/chat/request.js';
import { appendJsonLines, readJsonLines } from './json-lines.js';
import { RUN_FILES } from './load-run.js';
import { promptLineSchema, textLineSchema } from './run-file.js';

/** What was sent in a run, each prompt and each text once: a log is not written again for every question. */
export async function openSentFiles(folder: string): Promise<{
  /** Resolves when the request is on the disk. */
  put(request: ChatRequest): Promise<void>;
  close(): Promise<void>;
}> {
  const promptFile = path.join(folder, RUN_FILES.prompts);
  const textFile = path.join(folder, RUN_FILES.texts);
  const prompts = new Set((await readJsonLines(promptFile, promptLineSchema)).map(({ prompt }) => prompt));
  const texts = new Set((await readJsonLines(textFile, textLineSchema)).map((line) => line.sha256));
  const promptLines = await appendJsonLines(promptFile);
  const textLines = await appendJsonLines(textFile);
  return {
    async put(request) {
      const prompt = promptHash(request);
      if (prompts.has(prompt)) return;
      prompts.add(prompt);
      const appended: Promise<void>[] = [];
      const messages = request.messages.map((message) => {
        const hash = sha256(message.text);
        if (!texts.has(hash)) {
          texts.add(hash);
          appended.push(textLines.append({ sha256: hash, text: message.text }));
        }
        return { ...message, text: hash };
      });
      await Promise.all(appended);
      await promptLines.append({ prompt, messages });
    },
    async close() {
      await Promise.all([promptLines.close(), textLines.close()]);
    },
  };
}
