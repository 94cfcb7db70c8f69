import type { Stage } from '../src/cases/truth.js';
import type { Answer } from '../src/stages/answer.js';
import { type Agreement, agreement } from './agreement.js';
import type { PreparedKey } from './prepared-key.js';
import type { CitableRecord } from './record-index.js';

/** What an answer cites, whether or not it is right to. */
export interface CitationGrade {
  /** Different records that exist, and ids that do not. */
  readonly cited: number;
  readonly exist: number;
  /** Ids that no record has, or that several have. */
  readonly unknown: readonly string[];
  /** Of the records that exist, how many the analyst was shown. */
  readonly shown: number;
  /** Lines that the reply quotes as the log's, and how many of them stand in it; null where nobody looked. */
  readonly quotes: { readonly quoted: number; readonly found: number } | null;
}

/** Causes that an answer found by citing any of their records. */
export interface CauseGrade {
  readonly found: readonly string[];
  /** Causes that can be found: those with records. */
  readonly total: number;
  /** Precision of the citations, or 0 where a primary cause was not found. */
  readonly gatedPrecision: number;
}

interface Citations {
  readonly records: ReadonlyMap<string, CitableRecord>;
  readonly unknown: ReadonlySet<string>;
}

function resolveCitations(answer: Answer, key: PreparedKey): Citations {
  const records = new Map<string, CitableRecord>();
  const unknown = new Set<string>();
  for (const citation of answer.records) {
    const record = key.index.find(citation);
    if (record === undefined) unknown.add(citation);
    else records.set(record.id, record);
  }
  return { records, unknown };
}

/** Grades that citations exist and were shown. Verdicts of every kind count, for a `NO` can cite what it looked at. */
export function gradeCitations(
  answer: Answer,
  key: PreparedKey,
  reply: { readonly shown?: readonly string[]; readonly quotes?: { quoted: number; found: number } },
): CitationGrade {
  const { records, unknown } = resolveCitations(answer, key);
  const shown = reply.shown && new Set(reply.shown.map((id) => key.index.find(id)?.id ?? id));
  return {
    cited: records.size + unknown.size,
    exist: records.size,
    unknown: [...unknown],
    shown: shown === undefined ? records.size : [...records.keys()].filter((id) => shown.has(id)).length,
    quotes: reply.quotes ?? null,
  };
}

/** Grades of the records that an answer names as evidence of the bug. */
export interface RecordGrades {
  /** Record by record. */
  readonly records: Agreement;
  /** Group by group: citing one record of a group names the group. */
  readonly groups: Agreement;
  readonly causes: CauseGrade | null;
}

/**
 * Compares the cited records with those of the truth. Only a `YES` names records as evidence; what a `NO` or an
 * `UNSURE` cites is what it looked at. Ids that do not exist are wrong citations.
 */
export function gradeRecords(answer: Answer, stage: Stage, key: PreparedKey): RecordGrades {
  const claims = answer.verdict === 'YES';
  const { records, unknown } = claims
    ? resolveCitations(answer, key)
    : { records: new Map<string, CitableRecord>(), unknown: new Set<string>() };
  const wanted = key.wanted[stage];
  const named = [...records.values()];
  const right = named.filter((record) => wanted.has(record.id));
  const neutral = named.filter((record) => !wanted.has(record.id) && key.neutral.has(record.id));
  const stands = answer.verdict === key.key.truth[stage].verdict || neutral.length > 0;
  const strict = agreement(
    {
      right: right.length,
      wrong: named.length - right.length - neutral.length + unknown.size,
      neutral: neutral.length,
      missed: wanted.size - right.length,
    },
    stands,
  );

  const wantedGroups = groupsOf(wanted.values());
  const neutralGroups = groupsOf(key.neutral.values());
  const namedGroups = [...groupsOf(named)];
  const rightGroups = namedGroups.filter((group) => wantedGroups.has(group)).length;
  const besideGroups = namedGroups.filter(
    (group) => !wantedGroups.has(group) && neutralGroups.has(group),
  ).length;
  const groups = agreement(
    {
      right: rightGroups,
      wrong: namedGroups.length - rightGroups - besideGroups + unknown.size,
      neutral: besideGroups,
      missed: wantedGroups.size - rightGroups,
    },
    stands,
  );
  return {
    records: strict,
    groups,
    causes: stage === 'root-cause' ? gradeCauses(records, strict, key) : null,
  };
}

function groupsOf(records: Iterable<CitableRecord>): Set<number> {
  return new Set([...records].map((record) => record.group));
}

function gradeCauses(
  cited: ReadonlyMap<string, CitableRecord>,
  records: Agreement,
  key: PreparedKey,
): CauseGrade {
  const findable = key.causes.filter((cause) => cause.records.size > 0);
  const isFound = (cause: (typeof findable)[number]) => [...cause.records].some((id) => cited.has(id));
  return {
    found: findable.filter(isFound).map((cause) => cause.id),
    total: findable.length,
    gatedPrecision: findable.some((cause) => cause.primary && !isFound(cause)) ? 0 : records.precision,
  };
}
