import { createHash } from 'node:crypto';
import { STAGES } from '../cases/truth.js';
import { idRanges } from '../context/id-ranges.js';
import type { Frame, LeakKind } from '../log/document.js';
import { packageVersion } from '../package-root.js';
import { unfounded } from './answer-view.js';
import type { Evidence } from './citations.js';
import type { Diagnosis } from './diagnosis.js';
import { type LeakGroup, leakGroups } from './leak-groups.js';
import { counted, grouped, printable } from './printable.js';

/**
 * Diagnoses of the same logs as SARIF 2.1.0 (OASIS standard, 27 March 2020) for code scanning: one run for each, in it
 * one result for each group of cited records that are in the logs. The location is the innermost frame with a source
 * line, or the record in the log where no frame has one; the stack is a code flow. The fingerprint is that of the
 * signature alone, so that the same leak has the same one in another run, where its kind may differ. A source path is as the report prints it, which
 * may be its last part only. What could not be answered, and citations that hold nothing, are notifications.
 */
export function diagnosisSarif(...diagnoses: readonly Diagnosis[]): object {
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: diagnoses.map((diagnosis) => runOf(diagnosis, diagnoses.length > 1)),
  };
}

/** @param several runs of one file are told apart by an id (section 3.17.3), whose part before the slash names them */
function runOf(diagnosis: Diagnosis, several: boolean): object {
  const groups = leakGroups(diagnosis);
  const kinds = [...new Set(groups.map(({ evidence: [first] }) => first.record.kind))].sort();
  const analyst = printable(diagnosis.analyst);
  return {
    tool: {
      driver: { name: 'leaktrail', semanticVersion: packageVersion(), rules: kinds.map(ruleOf) },
    },
    automationDetails: {
      description: { text: escaped(`Answered by ${analyst}`) },
      ...(several && { id: `${analyst}/` }),
    },
    invocations: [
      {
        executionSuccessful: STAGES.every((stage) => diagnosis.stages[stage].error === null),
        toolExecutionNotifications: notificationsOf(diagnosis),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: groups.map((group) => result(group, kinds)),
  };
}

/** What each kind means, after the Valgrind manual, section 4.2.8. */
const MEANING: { readonly [kind in LeakKind]: string } = {
  'definitely-lost': 'No pointer to the block is left: nothing can free it any more.',
  'indirectly-lost': 'Only blocks that are lost themselves point to the block.',
  'possibly-lost': 'No pointer to the start of the block is left, only to its inside.',
  'still-reachable': 'A pointer to the block was left when the program ended, but it was not freed.',
};

function ruleOf(kind: LeakKind): object {
  const words = kind.split('-');
  return {
    id: kind,
    name: words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(''),
    shortDescription: { text: `Heap memory is ${words.join(' ')}.` },
    fullDescription: { text: MEANING[kind] },
    help: {
      text: 'Find who should own the block: follow the stack outwards from the allocation to the function that keeps the pointer, and free the block where that ends, on error paths too.',
    },
    defaultConfiguration: { level: 'warning' },
  };
}

function notificationsOf(diagnosis: Diagnosis): object[] {
  const { missing, unseen } = unfounded(diagnosis);
  const unanswered = STAGES.map((stage) => [stage, diagnosis.stages[stage]] as const);
  return [
    ...unanswered.flatMap(([stage, { error, verdict }]) => {
      if (error !== null) return [notification('error', `${stage}: ${error}`)];
      return verdict === 'YES' || verdict === 'NO'
        ? []
        : [notification('warning', `${stage}: the analyst could not tell`)];
    }),
    ...(missing.length === 0
      ? []
      : [notification('warning', `Cited, not in the logs: ${idRanges(missing)}`)]),
    ...(unseen.length === 0 ? [] : [notification('warning', `Cited, never shown: ${idRanges(unseen)}`)]),
  ];
}

function notification(level: 'error' | 'warning', text: string): object {
  return { level, message: { text: escaped(text) } };
}

function result(
  { signature, evidence, bytes, blocks, records, isRootCause }: LeakGroup,
  kinds: readonly string[],
): object {
  const [first] = evidence;
  const { record } = first;
  const located = record.frames.map(frameLocation);
  const source = located.find((location) => 'physicalLocation' in location);
  const lost = `${grouped(bytes)} bytes in ${counted(blocks, 'block')} ${record.kind.replace('-', ' ')}`;
  return {
    ruleId: record.kind,
    ruleIndex: kinds.indexOf(record.kind),
    level: isRootCause ? 'error' : 'warning',
    message: { text: escaped(`${lost}, allocated through ${signature} (record ${records.join(', ')})`) },
    locations: [source ?? logLocation(first)],
    relatedLocations: evidence.map((one, index) => ({ id: index, ...logLocation(one) })),
    codeFlows:
      located.length === 0
        ? []
        : [{ threadFlows: [{ locations: located.map((location) => ({ location })).reverse() }] }],
    partialFingerprints: {
      'leaktrailSignature/v1': createHash('sha256').update(signature).digest('hex'),
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

function logLocation({ record, file }: Evidence): object {
  const [startLine, endLine] = record.lines;
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine, endLine } } };
}

/** A path as a URI reference (RFC 3986): absolute paths become `file:` URIs. */
function uriOf(file: string): string {
  const escapedPath = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${escapedPath}` : escapedPath;
}
