import { type CaseFile, type CaseLog, caseFileSchema } from '../cases/case-file.js';
import { hashOf } from '../cases/case-logs.js';
import type { Truth } from '../cases/truth.js';
import type { CaseContent } from '../cases/write-case.js';
import { LeaktrailError } from '../error.js';
import type { LogDocument } from '../log/document.js';
import { label } from './label.js';
import { truthOf } from './label-truth.js';
import type { Material } from './material.js';

/** What a person tells of a bug. Everything else of a case follows from its logs. */
export interface Told {
  readonly id: string;
  readonly title: string;
  readonly link: string;
  readonly system: string;
  readonly trigger: string;
  readonly consequence: string;
  readonly rootCause: string;
  readonly licence: string;
}

const DAY = 10;

/** From this many bytes on a log is kept compressed: reports repeat themselves, and shrink to a tenth and less. */
const LONG_LOG = 100_000;

/**
 * A case of a user's own: case.yaml, truth.json and the logs' texts, ready to be written.
 *
 * With the same workload's logs from after the fix, the leak part of the truth is what the fix removed. Without them
 * it is UNSURE, and so are relationship and root cause, which only a person can tell.
 *
 * @param logs before the fix
 * @param after the logs of the same workload with the fix; null where there are none
 * @param at when the case is made
 * @throws LeaktrailError `usage` where what is told does not fit the schema of case.yaml
 */
export function newCase(
  told: Told,
  logs: Material,
  after: readonly LogDocument[] | null,
  at: Date,
): CaseContent {
  const documents = logs.logs.map(({ document }) => document);
  const texts = logs.logs.map(({ text }) => text.whole());
  const about = caseFileSchema.safeParse({
    schema: 1,
    ...told,
    category: 'memory leak',
    fix: { links: [], revisions: [] },
    tags: [],
    logs: documents.map((document, index) => logEntry(document, texts[index] as string)),
    provenance: `Logs of ${told.system}, added on ${at.toISOString().slice(0, DAY)}.`,
  });
  if (!about.success) {
    const [issue] = about.error.issues;
    throw new LeaktrailError('usage', `${issue?.path.join('.')}: ${issue?.message}`, {
      hint: 'see docs/schemas/case.json for what each field may be',
    });
  }
  return { about: about.data, truth: truthFrom(documents, after, about.data.logs), texts };
}

function logEntry(document: LogDocument, text: string): CaseLog {
  const bytes = new TextEncoder().encode(text);
  const form = document.format === 'memcheck-xml' ? 'xml' : 'log';
  return {
    file: `logs/${document.role}.${form}${bytes.length >= LONG_LOG ? '.gz' : ''}`,
    role: document.role,
    tool: toolOf(document),
    lines: document.lines,
    bytes: bytes.length,
    sha256: hashOf(bytes),
  };
}

/** Whose report the log holds: that of losses is LeakSanitizer's in a program built for AddressSanitizer, too. */
function toolOf({ format, processes, records }: LogDocument): CaseLog['tool'] {
  if (format === 'memcheck-xml') return 'memcheck-xml';
  const tool = processes[0]?.tool ?? 'none';
  return tool === 'address-sanitizer' && records.length > 0 ? 'leak-sanitizer' : tool;
}

function truthFrom(
  before: readonly LogDocument[],
  after: readonly LogDocument[] | null,
  logs: CaseFile['logs'],
): Truth {
  const relationship: Truth['relationship'] = { verdict: 'UNSURE', processes: [], calls: [] };
  const names = logs.map(({ file }) => file);
  if (after !== null) return { schema: 1, relationship, ...truthOf(label([before], [after]), before, names) };
  return {
    schema: 1,
    relationship,
    leak: { verdict: 'UNSURE', records: [], otherLeaks: [] },
    'root-cause': { verdict: 'UNSURE', causes: [] },
    evidence: { method: 'Not yet found: no logs from after a fix were given.', logs: names, notes: [] },
  };
}
