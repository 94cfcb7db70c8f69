import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LeaktrailError } from '../error.js';
import type { Material } from '../evidence/material.js';
import type { Analyst } from './analyst.js';

/**
 * Answers that someone wrote down: one file a stage (`leak.md`) in the case's folder of that name.
 *
 * A case without the transcript, or a transcript without the stage, rejects with a `LeaktrailError` of code
 * `missing`: the answer is missing, which is not the same as an answer that says nothing.
 *
 * @param name the transcript's name, as case.yaml lists it
 */
export function transcript(name: string): Analyst {
  return {
    name: `transcript:${name}`,
    offline: true,
    open: async (material) => {
      const folder = material.transcripts.get(name);
      return {
        ask: async (stage) => {
          if (folder === undefined) throw unknownName(name, material);
          const file = path.join(folder, `${stage}.md`);
          try {
            return { text: await readFile(file, 'utf8') };
          } catch (cause) {
            if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
            throw new LeaktrailError('missing', `transcript ${name} has no answer to the ${stage} question`, {
              hint: `write it to ${stage}.md in the transcript's folder, or leave the transcript out`,
              place: { file },
              cause,
            });
          }
        },
      };
    },
  };
}

function unknownName(name: string, { id, transcripts }: Material): LeaktrailError {
  const names = [...transcripts.keys()];
  return new LeaktrailError('missing', `case ${id} has no transcript ${name}`, {
    hint:
      names.length > 0
        ? `it has ${names.join(', ')}`
        : 'transcripts stand in transcripts/NAME/ of a case, and case.yaml lists them',
  });
}
