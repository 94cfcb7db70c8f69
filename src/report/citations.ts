import type { Reply } from '../analysts/analyst.js';
import { STAGES, type Stage } from '../cases/truth.js';
import type { Material, MaterialLog } from '../evidence/material.js';
import type { LossRecord } from '../log/document.js';
import { namesOf } from '../log/record-id.js';

/** A record id that an answer cites, checked against the logs. */
export interface Citation {
  readonly id: string;
  readonly stages: readonly Stage[];
  readonly exists: boolean;
  /** The analyst got to see it. */
  readonly shown: boolean;
  /** The line that opens the record stands in a reply word for word (addresses and process ids aside). */
  readonly quoted: boolean;
}

/** A record that the answers cite, with its lines. */
export interface Evidence {
  readonly record: LossRecord;
  readonly file: string;
  /**
   * Read when it is asked for, since answers can cite most of a log: one of 64 MiB or more stays in its file, which must
   * be there until then.
   */
  readonly text: readonly string[];
}

interface Found {
  readonly record: LossRecord;
  readonly log: MaterialLog;
}

/** The loss records of some logs, by every name that they answer to. */
export class KnownRecords {
  /** Null where several records answer to a name. */
  private readonly byName = new Map<string, Found | null>();

  constructor(material: Material) {
    for (const log of material.logs) {
      for (const record of log.document.records) {
        for (const name of new Set([record.id, ...namesOf(record)])) {
          this.byName.set(name, this.byName.has(name) ? null : { record, log });
        }
      }
    }
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Names as the records' own ids, each once; a name that is no record's, or that of several, stays as it is. */
  idsOf(names: readonly string[]): string[] {
    return [...new Set(names.map((name) => this.byName.get(name)?.record.id ?? name))];
  }

  /**
   * What the answers cite, in the order in which they first do.
   *
   * @param cited ids by stage, from `idsOf`
   */
  check(cited: ReadonlyMap<Stage, readonly string[]>, replies: ReadonlyMap<Stage, Reply>): Citation[] {
    const words = plain([...replies.values()].map(({ text }) => text).join('\n'));
    const isQuoted = remembered((line: string) => words.includes(line));
    const stagesOf = new Map<string, Stage[]>();
    for (const stage of STAGES) {
      for (const id of cited.get(stage) ?? []) stagesOf.set(id, [...(stagesOf.get(id) ?? []), stage]);
    }
    return [...stagesOf].map(([id, stages]) => {
      const found = this.byName.get(id) ?? null;
      const shown = stages.every((stage) => replies.get(stage)?.shown?.includes(id) ?? true);
      return {
        id,
        stages,
        exists: found !== null,
        shown: found !== null && shown,
        quoted: found !== null && isQuoted(plain(found.log.text.line(found.record.lines[0]))),
      };
    });
  }

  /** The cited records that there are, with their lines. */
  evidence(citations: readonly Citation[]): Evidence[] {
    return citations.flatMap(({ id }) => {
      const found = this.byName.get(id) ?? null;
      if (found === null) return [];
      const { record, log } = found;
      const evidence: Evidence = {
        record,
        file: log.document.file,
        get text() {
          return log.text.range(...record.lines);
        },
      };
      return [evidence];
    });
  }
}

/** Many processes' reports open their records alike, and a long answer takes long to search. */
function remembered(of: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>();
  return (text) => {
    const value = known.get(text) ?? of(text);
    known.set(text, value);
    return value;
  };
}

/** Text without what differs between runs or is lost when it is copied: pid prefixes, addresses, spacing. */
function plain(text: string): string {
  return text
    .replace(/^(?:==|--|\*\*)\d+(?:==|--|\*\*)/gm, '')
    .replace(/0x[0-9a-f]+:?/gi, '')
    .replace(/\s+/g, ' ')
    .trim();
}
