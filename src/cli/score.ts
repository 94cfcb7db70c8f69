import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { readAnswerLines, scoreLines } from '../../eval/score-lines.js';
import { readCaseLogs } from '../cases/case-logs.js';
import { findCases } from '../cases/find-cases.js';
import { LeaktrailError } from '../error.js';
import { packageRoot } from '../package-root.js';
import { scoreText } from '../report/score-text.js';
import { answerKeyOf } from '../runs/answer-key.js';
import type { AnswerKey } from '../runs/run-file.js';

interface Options {
  readonly datasets: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('score')
    .description('Grade answers that someone else collected against the truth of their cases.')
    .argument(
      '<file>',
      'JSON lines with case, stage, text and, where there are several, contestant and repeat',
    )
    .option('--datasets <folder>', 'where the cases are', path.join(packageRoot, 'datasets'))
    .option('--json', 'print one JSON line an answer for other programs')
    .action(score);
}

async function score(file: string, options: Options): Promise<void> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new LeaktrailError('input', 'cannot be read', {
      place: { file },
      hint: 'name a file of JSON lines',
      cause,
    });
  });
  const lines = readAnswerLines(text, file);
  const wanted = new Set(lines.map((line) => line.case));
  const keys = new Map<string, AnswerKey>();
  for (const one of await findCases(options.datasets)) {
    if (!wanted.has(one.id)) continue;
    const documents = (await readCaseLogs(one)).map(({ document }) => document);
    keys.set(one.id, answerKeyOf(one.about, one.truth, documents));
  }
  const scored = scoreLines(lines, keys, file);
  process.stdout.write(
    options.json === true ? scored.map((line) => `${JSON.stringify(line)}\n`).join('') : scoreText(scored),
  );
}
