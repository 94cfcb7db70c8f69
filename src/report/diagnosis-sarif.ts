import { createHash } from 'node:crypto';
import type { Frame, LossRecord } from '../log/document.js';
import { packageVersion } from '../package-root.js';
import type { Diagnosis } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, grouped, printable } from './printable.js';

/**
 * A diagnosis as SARIF 2.1.0 (OASIS standard, 27 March 2020) for code scanning: one result for each group of cited
 * records that are in the logs. The location is the innermost frame with a source line, the stack is a code flow, and
 * the fingerprint comes from the signature, so that the same leak has the same one in another run. A source path is
 * as the report prints it, which may be its last part only.
 */
export function diagnosisSarif(diagnosis: Diagnosis): object {
  const groups = leakGroups(diagnosis);
  const kinds = [...new Set(groups.map(({ evidence: [first] }) => first.record.kind))].sort();
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'leaktrail',
            semanticVersion: packageVersion(),
            rules: kinds.map((kind) => ({
              id: `leak/${kind}`,
              shortDescription: { text: `Heap memory ${kind.replace('-', ' ')}` },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: groups.map((group) => result(group, kinds)),
      },
    ],
  };
}

function result(
  { signature, evidence, bytes, blocks, records, isRootCause }: LeakGroup,
  kinds: readonly string[],
): object {
  const [{ record }] = evidence;
  const located = record.frames.map(frameLocation);
  const lost = `${grouped(bytes)} bytes in ${counted(blocks, 'block')} ${record.kind.replace('-', ' ')}`;
  return {
    ruleId: `leak/${record.kind}`,
    ruleIndex: kinds.indexOf(record.kind),
    level: isRootCause ? 'error' : 'warning',
    message: { text: escaped(`${lost}, allocated through ${signature} (record ${records.join(', ')})`) },
    locations: located.filter((location) => 'physicalLocation' in location).slice(0, 1),
    relatedLocations: evidence.map((one, index) => ({ id: index, ...logLocation(one.record, one.file) })),
    codeFlows:
      located.length === 0
        ? []
        : [{ threadFlows: [{ locations: located.map((location) => ({ location })).reverse() }] }],
    partialFingerprints: {
      'leaktrailSignature/v1': createHash('sha256').update(`${record.kind} ${signature}`).digest('hex'),
    },
  };
}

/** Message text is a template in SARIF (section 3.11.5): braces in it must be doubled. */
function escaped(text: string): string {
  return printable(text).replaceAll('{', '{{').replaceAll('}', '}}');
}

function frameLocation({ function: name, file, line, object }: Frame): object {
  const logicalLocations = [{ fullyQualifiedName: printable(name ?? '???'), kind: 'function' }];
  const message = { text: escaped(`${name ?? '???'}${object === null ? '' : ` in ${object}`}`) };
  if (file === null) return { logicalLocations, message };
  const region = line === null || line < 1 ? {} : { region: { startLine: line } };
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region },
    logicalLocations,
    message,
  };
}

function logLocation({ lines: [startLine, endLine] }: LossRecord, file: string): object {
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine, endLine } } };
}

/** A path as a URI reference (RFC 3986): absolute paths become `file:` URIs. */
function uriOf(file: string): string {
  const escapedPath = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${escapedPath}` : escapedPath;
}
