import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { caseFileSchema } from '../cases/case-file.js';
import { truthSchema } from '../cases/truth.js';
import { chunkSchema } from '../report/chunk-schema.js';
import { diagnosesSchema } from '../report/diagnoses-schema.js';
import { diagnosisSchema } from '../report/diagnosis-schema.js';
import { inspectionSchema } from '../report/inspection-schema.js';
import { labellingSchema } from '../report/labelling-schema.js';
import { experimentSchema } from '../runs/experiment.js';
import {
  answerKeySchema,
  batchLineSchema,
  promptLineSchema,
  replyLineSchema,
  runSchema,
  textLineSchema,
} from '../runs/run-file.js';
import { strategyLineSchema } from '../runs/strategy-file.js';

const SCHEMAS = {
  case: caseFileSchema,
  truth: truthSchema,
  experiment: experimentSchema,
  run: runSchema,
  'answer-key': answerKeySchema,
  reply: replyLineSchema,
  prompt: promptLineSchema,
  text: textLineSchema,
  batch: batchLineSchema,
  inspection: inspectionSchema,
  diagnosis: diagnosisSchema,
  diagnoses: diagnosesSchema,
  labelling: labellingSchema,
  chunk: chunkSchema,
  strategy: strategyLineSchema,
};

/** `npx vitest run src/cli/json-schemas.test.ts -u` writes them again. */
describe('docs/schemas holds the JSON Schema of every file and output', () => {
  test.each(Object.entries(SCHEMAS))('%s', async (name, schema) => {
    const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot(`../../docs/schemas/${name}.json`);
  });
});
