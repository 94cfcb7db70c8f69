import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaseFile } from '../cases/case-file.js';
import { hashOf, readLogBytes } from '../cases/case-logs.js';
import type { Case } from '../cases/load-case.js';
import type { Truth } from '../cases/truth.js';
import { truthJson } from '../cases/write-case.js';
import type { Material } from '../evidence/material.js';
import { materialOf } from '../evidence/material-of.js';
import { type Variation, variantId, varyCase } from '../evidence/vary.js';
import type { Run } from './run-file.js';

/** What a run puts to its contestants: a case, or a variant that is made of one whenever it is opened. */
export interface RunCase {
  readonly id: string;
  /** Names of its recorded answers. */
  readonly transcripts: readonly string[];
  /** Reads its logs; nothing of it is kept. */
  open(): Promise<OpenCase>;
}

/** A case or a variant with all that is known of it. */
export interface OpenCase {
  readonly about: CaseFile;
  readonly truth: Truth;
  readonly material: Material;
  /** Hashes of the logs (of their text) and of truth.json, as they stand or as the variant would be written. */
  readonly hashes: () => Promise<Run['hashes'][string]>;
}

/** A case as it is. */
export function runCase(source: Case): RunCase {
  const { id, about, truth, folder } = source;
  return {
    id,
    transcripts: about.transcripts,
    open: async () => ({
      about,
      truth,
      material: await materialOf(source),
      hashes: async () => {
        const logs = await Promise.all(about.logs.map((log) => readLogBytes(folder, log)));
        return { logs: logs.map(hashOf), truth: hashOf(await readFile(path.join(folder, 'truth.json'))) };
      },
    }),
  };
}

/** A variant of a case; `others` are the cases that `varyCase` takes beside it. */
export function runVariant(
  source: Case,
  variation: Variation,
  others: { readonly twin: Case | null; readonly merged: Case | null },
): RunCase {
  return {
    id: variantId(source.id, variation),
    transcripts: [],
    open: async () => {
      const { about, truth, material } = await varyCase(source, others.twin, variation, others.merged);
      const hashes = {
        logs: about.logs.map(({ sha256 }) => sha256),
        truth: hashOf(new TextEncoder().encode(truthJson(truth))),
      };
      return { about, truth, material, hashes: async () => hashes };
    },
  };
}
