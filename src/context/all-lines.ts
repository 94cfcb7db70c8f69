import type { MaterialLog } from '../evidence/material.js';
import { cleanLine } from './clean.js';
import type { ChunkTask } from './draft.js';
import type { SourcedLine } from './sourced-line.js';

/** Every line of a log in its order, cleaned and redacted as the task asks. */
export function allLines(log: MaterialLog, task: Pick<ChunkTask, 'clean' | 'redact'>): SourcedLine[] {
  const keepPrefix = log.document.processes.length > 1;
  const lines: SourcedLine[] = [];
  for (let number = 1; number <= log.document.lines; number++) {
    const raw = log.text.line(number);
    const text = task.clean ? cleanLine(raw, keepPrefix) : raw;
    if (text !== null) lines.push({ text: task.redact(text), source: number });
  }
  return lines;
}
