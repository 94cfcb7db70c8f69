import { z } from 'zod';

const text = z.string().trim().min(1);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected lower-case letters, digits, dots and dashes');
/** Below the case's own folder: no absolute path and no way out of it. */
const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\\0]+$/, 'expected a path inside the case folder');

const logSchema = z.strictObject({
  file: relativePath,
  /** Who wrote it, as answers and record ids name it. */
  role: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'expected letters, digits, dots, dashes'),
  tool: z.enum(['memcheck', 'memcheck-xml', 'leak-sanitizer', 'address-sanitizer', 'none']),
  /** Lines and bytes of the text, after decompression where the file is compressed. */
  lines: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Of the text, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
});

/** case.yaml: a bug report with its logs. The answers stand in truth.json. */
export const caseFileSchema = z.strictObject({
  schema: z.literal(1),
  id: name,
  title: text,
  link: z.url(),
  system: text,
  category: text,
  trigger: text,
  consequence: text,
  rootCause: text,
  fix: z.strictObject({ links: z.array(z.url()), revisions: z.array(text) }),
  /** `control` marks a case whose bug is fixed or absent. */
  tags: z.array(name),
  /** The case with the same workload before the fix, for a control. */
  twinOf: name.optional(),
  /** The case that a variant was made of. */
  variantOf: name.optional(),
  logs: z.array(logSchema).min(1),
  /** Recorded answers, one folder each below transcripts/. */
  transcripts: z.array(name).default([]),
  provenance: text,
  licence: text,
});

export type CaseFile = z.infer<typeof caseFileSchema>;
export type CaseLog = z.infer<typeof logSchema>;
