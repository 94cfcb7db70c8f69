import type { Material } from '../../evidence/material.js';
import type { LogDocument } from '../../log/document.js';
import type { Analysis, AnalysisOptions, Cause } from './analysis.js';
import { learnOwners, type OwnerOf } from './frame-owner.js';
import { groupRecords, sum } from './groups.js';
import { judge } from './judge.js';
import { ownGroups } from './own-groups.js';
import { relate } from './relationship.js';

/**
 * Finds out what leaks and why, from the logs alone: no model, no chance, no clock. The same logs give the same
 * analysis, whatever the numbers of their records, their order, and the names of the program's functions.
 */
export function analyse(material: Material, { without = new Set() }: AnalysisOptions = {}): Analysis {
  const documents = material.logs.map(({ document }) => document);
  const records = documents.flatMap((document) => document.records);
  const ownerOf = learnOwners(records);
  const { groups, foreign } = ownGroups(groupRecords(material), ownerOf, without);
  const { causes, rejected } = judge(groups, documents, usesFreedMemory(documents, ownerOf), without);
  const all = [...rejected, ...foreign].sort((a, b) => b.probability - a.probability);
  return {
    relationship: relate(
      material,
      causes.flatMap(({ roots, children }) => [...roots, ...children]),
      rejected.flatMap((rejection) => rejection.groups),
    ),
    leak: verdictOf(documents, causes),
    causes,
    rejected: all,
  };
}

/** The tool saw the program itself use memory that was already freed. */
function usesFreedMemory(documents: readonly LogDocument[], ownerOf: OwnerOf): boolean {
  return documents.some(({ errors }) =>
    errors.some(
      ({ kind, frames, auxiliary }) =>
        (kind.includes('free') || auxiliary.some(({ what }) => /free'?d/.test(what))) &&
        frames[0] !== undefined &&
        ownerOf(frames[0]) === 'program',
    ),
  );
}

function verdictOf(documents: readonly LogDocument[], causes: readonly Cause[]): Analysis['leak'] {
  if (causes.length > 0) return { verdict: 'YES', reason: lossText(causes) };
  if (documents.some(({ records, groups }) => records.length === 0 && groups.length > 0)) {
    return { verdict: 'UNSURE', reason: 'the logs were read without keeping their records' };
  }
  const watched = documents.filter(({ processes }) => processes.length > 0);
  if (watched.length === 0) return { verdict: 'UNSURE', reason: 'no log holds a leak report' };
  if (!watched.some(holdsReport))
    return { verdict: 'UNSURE', reason: 'the leak report is missing or cut short' };
  return { verdict: 'NO', reason: 'no loss record shows memory that the program itself lost' };
}

function lossText(causes: readonly Cause[]): string {
  const [first] = causes;
  const blocks = sum(causes, (cause) => cause.blocks);
  const share = first === undefined ? 0 : first.blocks;
  const all = `the program itself lost ${blocks === 1 ? 'a block' : `${blocks} blocks`} of memory`;
  return causes.length === 1 ? all : `${all}, ${share} of them through the first of ${causes.length} causes`;
}

/** A leak check was carried to its end: by its summary, or by records that a tool without a summary prints. */
function holdsReport({ records, processes, truncated }: LogDocument): boolean {
  const checked = processes.some(({ checks }) =>
    checks.some(({ summary, inUseAtExit }) => summary !== null || inUseAtExit?.blocks === 0),
  );
  return checked || (records.length > 0 && !truncated);
}
