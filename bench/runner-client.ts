import OpenAI from 'openai';
import pLimit from 'p-limit';
import { carryOut } from '../src/runs/carry-out.js';
import { readExperiment } from '../src/runs/experiment.js';

/**
 * One measurement in a process of its own: CLIENT EXPERIMENT CASE RUNS QUESTIONS. CLIENT is `runner`, or `bare` for the
 * openai package with p-limit, which asks the same conversations and forgets the answers; both tell their parent the
 * milliseconds. `memory` is the runner once more: it tells the bytes of heap that are in use, after garbage collection,
 * at a tenth of its answers and at the last.
 */
const [client, file, datasets, runs, questions] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const experiment = await readExperiment(file);

async function bare(): Promise<void> {
  const openai = new OpenAI({ maxRetries: 0 });
  const limit = pLimit(experiment.concurrency);
  await limit.map(Array.from({ length: experiment.repeats }), async () => {
    const messages: { role: 'user' | 'assistant'; content: string }[] = [];
    for (const content of JSON.parse(questions) as string[]) {
      messages.push({ role: 'user', content });
      const reply = await openai.chat.completions.create({ model: 'test-model', messages });
      messages.push({ role: 'assistant', content: reply.choices[0]?.message.content ?? '' });
    }
  });
}

async function memory(): Promise<number[]> {
  const answers = experiment.repeats * experiment.stages.length;
  const looks = [Math.floor(answers / 10), answers];
  const bytes: number[] = [];
  let answered = 0;
  await carryOut(experiment, {
    datasets,
    runs,
    onProgress(event) {
      if (event.kind !== 'answered' || !looks.includes(++answered)) return;
      globalThis.gc?.();
      bytes.push(process.memoryUsage().heapUsed);
    },
  });
  return bytes;
}

if (client === 'memory') {
  process.send?.(await memory());
} else {
  const began = performance.now();
  await (client === 'bare' ? bare() : carryOut(experiment, { datasets, runs }));
  process.send?.(performance.now() - began);
}
