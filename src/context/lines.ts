import { RecursiveCharacterTextSplitter } from '@langchain/textsplitters';
import type { LossRecord } from '../log/document.js';
import { allLines } from './all-lines.js';
import type { ChunkDraft, ChunkTask } from './draft.js';
import type { SourcedLine } from './sourced-line.js';

/** How much smaller the splitter's size gets where one of its chunks turns out too large. */
const SMALLER = 0.95;

/**
 * LangChain's RecursiveCharacterTextSplitter without overlap, the usual way to chunk a text: the baseline. It knows
 * lines, not records, so that it divides these. The splitter adds up the tokens of parts, which is not exact; where
 * a chunk exceeds the budget, the log is split again for a smaller size.
 */
export async function lineChunks(task: ChunkTask): Promise<ChunkDraft[]> {
  const drafts: ChunkDraft[] = [];
  for (const log of task.material.logs) {
    const lines = allLines(log, task);
    const shown = recordFinder(log.document.records, lines);
    for (const body of await split(lines, task)) {
      const sources = body.map((line) => line.source as number);
      drafts.push({
        log: log.document.role,
        lines: [sources[0] as number, sources.at(-1) as number],
        ...shown(body),
        body,
      });
    }
  }
  return drafts;
}

async function split(lines: readonly SourcedLine[], task: ChunkTask): Promise<SourcedLine[][]> {
  const text = lines.map((line) => line.text).join('\n');
  for (let size = task.budget; ; size = Math.floor(size * SMALLER)) {
    const splitter = new RecursiveCharacterTextSplitter({
      chunkSize: Math.max(1, size),
      chunkOverlap: 0,
      lengthFunction: (part) => task.counter.countLines(part.replace(/^\n/, '').split('\n')),
    });
    const bodies = withSources(await splitter.splitText(text), text, lines);
    const fits = (body: readonly SourcedLine[]) =>
      task.counter.countLines(body.map((line) => line.text)) <= task.budget;
    if (size <= 1 || bodies.every(fits)) return bodies;
  }
}

/** Finds each part of the text again, in their order, and with it the lines that it holds or cuts. */
function withSources(parts: readonly string[], text: string, lines: readonly SourcedLine[]): SourcedLine[][] {
  let at = 0;
  let index = 0;
  let start = 0;
  return parts.map((part) => {
    at = text.indexOf(part, at);
    while (start + (lines[index] as SourcedLine).text.length < at) {
      start += (lines[index] as SourcedLine).text.length + 1;
      index++;
    }
    at += part.length;
    return part
      .split('\n')
      .map((line, offset) => ({ text: line, source: lines[index + offset]?.source ?? null }));
  });
}

/** Finds the records whose first line stands complete in a body, and those of them that stand complete. */
function recordFinder(records: readonly LossRecord[], lines: readonly SourcedLine[]) {
  const texts = new Map(lines.map(({ source, text }) => [source, text.trim()]));
  const starting = new Map<number, LossRecord[]>();
  for (const record of records) {
    starting.set(record.lines[0], [...(starting.get(record.lines[0]) ?? []), record]);
  }
  return (body: readonly SourcedLine[]): Pick<ChunkDraft, 'records' | 'stacks'> => {
    const complete = new Set(
      body.filter(({ source, text }) => text.trim() === texts.get(source)).map(({ source }) => source),
    );
    const isWhole = ({ lines: [first, last] }: LossRecord) => {
      for (let line = first; line <= last; line++) if (texts.get(line) && !complete.has(line)) return false;
      return true;
    };
    const shown = [...complete].flatMap((source) => starting.get(source as number) ?? []);
    return {
      records: shown.map((record) => record.id),
      stacks: shown.filter(isWhole).map((record) => record.id),
    };
  };
}
