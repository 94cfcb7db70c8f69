import path from 'node:path';
import { LeaktrailError } from '../error.js';
import type { LogDocument } from '../log/document.js';
import { logText } from '../log/text.js';
import { hashOf, readCaseLogs, readLogBytes } from './case-logs.js';
import { type Finding, SchemaError } from './checked-file.js';
import { type Case, loadCase } from './load-case.js';
import { missingTranscripts } from './transcripts.js';

/** Tag of a case whose bug is fixed or absent. */
const CONTROL = 'control';

/**
 * Everything that is wrong with the case in a folder, in the order of its files; empty when it is sound: both files
 * keep their schemas, every log is there with the lines, bytes and hash that case.yaml states, roles are unique,
 * every record that the truth cites exists, verdicts agree with what they cite, the twin is among the `known` ids
 * and every promised transcript is there.
 */
export async function checkCase(folder: string, known: ReadonlySet<string>): Promise<Finding[]> {
  let loaded: Case;
  try {
    loaded = await loadCase(folder);
  } catch (error) {
    if (error instanceof SchemaError) return [...error.findings];
    if (error instanceof LeaktrailError) return [findingOf(error)];
    throw error;
  }
  const logs = await checkLogs(loaded);
  const readable =
    logs.length === 0 && new Set(loaded.about.logs.map(({ role }) => role)).size === loaded.about.logs.length;
  return [
    ...checkNames(loaded, known),
    ...logs,
    ...checkVerdicts(loaded),
    ...(readable ? checkRecords(loaded, await documentsOf(loaded)) : []),
  ];
}

/** A `LeaktrailError` as a finding of the file that it names. */
function findingOf({ message, hint, place }: LeaktrailError): Finding {
  return { file: place.file ?? '', line: place.line ?? null, what: message, remedy: hint ?? '' };
}

async function documentsOf(loaded: Case): Promise<LogDocument[]> {
  return (await readCaseLogs(loaded)).map(({ document }) => document);
}

/** Findings are made at paths of one of the two files. */
function findingsIn({ sources }: Case, which: 'about' | 'truth') {
  const { file, lineOf } = sources[which];
  return (at: readonly PropertyKey[], what: string, remedy: string): Finding => ({
    file,
    line: lineOf(at),
    what,
    remedy,
  });
}

function checkNames(loaded: Case, known: ReadonlySet<string>): Finding[] {
  const { folder, id, about } = loaded;
  const finding = findingsIn(loaded, 'about');
  const findings: Finding[] = [];
  const folderName = path.basename(path.resolve(folder));
  if (folderName !== id) {
    findings.push(
      finding(['id'], `id ${id} is not the folder's name`, `rename the folder or write ${folderName}`),
    );
  }
  if (about.twinOf !== undefined && !known.has(about.twinOf)) {
    findings.push(
      finding(['twinOf'], `no case is called ${about.twinOf}`, 'name the case of the same workload'),
    );
  }
  for (const [index, { role }] of about.logs.entries()) {
    if (about.logs.findIndex((log) => log.role === role) < index) {
      findings.push(
        finding(['logs', index, 'role'], `role ${role} is given twice`, 'give each log its own role'),
      );
    }
  }
  for (const { index, file } of missingTranscripts(loaded)) {
    const missing = path.relative(folder, file);
    findings.push(
      finding(['transcripts', index], `${missing} is missing`, 'add the answer or drop the name'),
    );
  }
  return findings;
}

async function checkLogs(loaded: Case): Promise<Finding[]> {
  const finding = findingsIn(loaded, 'about');
  const findings: Finding[] = [];
  for (const [index, log] of loaded.about.logs.entries()) {
    let bytes: Buffer;
    try {
      bytes = await readLogBytes(loaded.folder, log);
    } catch (error) {
      if (!(error instanceof LeaktrailError)) throw error;
      findings.push(findingOf(error));
      continue;
    }
    const actual = { lines: logText(bytes).lineCount, bytes: bytes.length, sha256: hashOf(bytes) };
    for (const [field, value] of Object.entries(actual)) {
      const stated = log[field as keyof typeof actual];
      if (stated === value) continue;
      const what = `${log.file}: ${field} is ${value}, not ${stated}`;
      findings.push(finding(['logs', index, field], what, `write ${value} or restore the log`));
    }
  }
  return findings;
}

function checkVerdicts(loaded: Case): Finding[] {
  const { about, truth } = loaded;
  const { leak, 'root-cause': rootCause } = truth;
  const finding = findingsIn(loaded, 'truth');
  const findings: Finding[] = [];
  const agree = (stage: 'leak' | 'root-cause', verdict: string, listed: number, what: string) => {
    if ((verdict === 'YES') === listed > 0) return;
    const remedy = listed > 0 ? 'write YES or list none' : `list ${what} or write NO or UNSURE`;
    findings.push(finding([stage, 'verdict'], `${stage}: ${verdict} with ${listed} ${what}`, remedy));
  };
  agree('leak', leak.verdict, leak.records.length, 'records');
  agree('root-cause', rootCause.verdict, rootCause.causes.length, 'causes');
  const primaries = rootCause.causes.filter(({ primary }) => primary).length;
  if (rootCause.causes.length > 0 && primaries !== 1) {
    const what = `root-cause: ${primaries} causes are primary`;
    findings.push(finding(['root-cause', 'causes'], what, 'mark exactly one cause as primary'));
  }
  for (const [index, { id }] of rootCause.causes.entries()) {
    if (rootCause.causes.findIndex((cause) => cause.id === id) < index) {
      const at = ['root-cause', 'causes', index, 'id'];
      findings.push(finding(at, `cause ${id} is given twice`, 'give each cause its own id'));
    }
  }
  if (about.tags.includes(CONTROL) && leak.verdict === 'YES') {
    const remedy = `write NO or UNSURE, or drop the tag ${CONTROL}`;
    findings.push(finding(['leak', 'verdict'], 'leak: YES in a control', remedy));
  }
  return findings;
}

function checkRecords(loaded: Case, documents: readonly LogDocument[]): Finding[] {
  const { leak, 'root-cause': rootCause } = loaded.truth;
  const finding = findingsIn(loaded, 'truth');
  const ids = new Set(documents.flatMap(({ records }) => records.map(({ id }) => id)));
  const lists: (readonly [path: readonly PropertyKey[], ids: readonly string[]])[] = [
    [['leak', 'records'], leak.records],
    [['leak', 'otherLeaks'], leak.otherLeaks],
    ...rootCause.causes.map(
      (cause, index) => [['root-cause', 'causes', index, 'records'], cause.records] as const,
    ),
  ];
  return lists.flatMap(([at, cited]) =>
    cited.flatMap((id, index) =>
      ids.has(id)
        ? []
        : [
            finding(
              [...at, index],
              `record ${id} is in no log of the case`,
              'correct the id: see leaktrail inspect',
            ),
          ],
    ),
  );
}
