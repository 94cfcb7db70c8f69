import OpenAI from 'openai';
import pLimit from 'p-limit';
import { carryOut } from '../src/runs/carry-out.js';
import { readExperiment } from '../src/runs/experiment.js';

/**
 * One measurement in a process of its own: CLIENT EXPERIMENT CASE RUNS QUESTIONS. CLIENT is `runner`, or `bare` for the
 * openai package with p-limit, which asks the same conversations and forgets the answers. Tells its parent milliseconds
 * and the most memory that the process took, in KiB.
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

const began = performance.now();
await (client === 'bare' ? bare() : carryOut(experiment, { datasets, runs }));
const milliseconds = performance.now() - began;
process.send?.({ milliseconds, peakKiB: process.resourceUsage().maxRSS });
