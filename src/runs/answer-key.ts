import type { CaseFile } from '../cases/case-file.js';
import type { Truth } from '../cases/truth.js';
import type { LogDocument, Stack } from '../log/document.js';
import { signatureOf } from '../log/signature.js';
import type { AnswerKey } from './run-file.js';

/**
 * What the scorer must know of a case to grade answers without its logs. The documents' records must have been
 * identified together (`assignRecordIds`). Groups span all documents.
 */
export function answerKeyOf(
  caseFile: Pick<CaseFile, 'id' | 'title' | 'tags' | 'twinOf' | 'variantOf'>,
  truth: Truth,
  documents: readonly LogDocument[],
): AnswerKey {
  const groups = new Map<string, number>();
  const stacks: string[][] = [];
  const groupOf = (stack: Stack): number => {
    const signature = signatureOf(stack);
    let group = groups.get(signature);
    if (group === undefined) {
      group = stacks.push(stack.map((frame) => frame.function ?? '???')) - 1;
      groups.set(signature, group);
    }
    return group;
  };
  const records = documents.flatMap((document) =>
    document.records.map(({ id, log, pid, check, number, kind, bytes, blocks, frames }) => ({
      id,
      log,
      pid,
      check,
      number,
      kind,
      bytes,
      blocks,
      group: groupOf(frames),
    })),
  );
  return {
    case: caseFile.id,
    title: caseFile.title,
    tags: caseFile.tags,
    ...(caseFile.twinOf !== undefined && { twinOf: caseFile.twinOf }),
    ...(caseFile.variantOf !== undefined && { variantOf: caseFile.variantOf }),
    truth,
    records,
    stacks,
  };
}
