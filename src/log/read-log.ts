import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  EventTemplate,
  Frame,
  Group,
  LeakCheck,
  LeakKind,
  LogDocument,
  LogEvent,
  LossRecord,
  Process,
} from './document.js';
import { assignRecordIds } from './record-id.js';
import { signatureOf } from './signature.js';
import { logText } from './text.js';

const RECORD =
  /^([\d,]+)(?: \(([\d,]+) direct, ([\d,]+) indirect\))? bytes in ([\d,]+) blocks are (definitely lost|indirectly lost|possibly lost|still reachable) in loss record ([\d,]+) of ([\d,]+)/;
const FRAME = /^ {3}(?:at|by) (0x[0-9A-F]+): (.*?)(?: \((?:in (.*)|([^()]*):(\d+))\))?$/;
const CTIME = /^(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(?: \d{4})?) (\S+) \((\w+)\) (.*)$/;

export interface ReadOptions {
  /** Who wrote the log, as record ids name it; the file's name without its ending where absent. */
  readonly role?: string;
}

/** Reads one log. */
export async function readLog(source: string | Uint8Array, options: ReadOptions = {}): Promise<LogDocument> {
  const bytes = typeof source === 'string' ? await readFile(source) : source;
  const file = typeof source === 'string' ? source : '-';
  const role = options.role ?? path.parse(file).name;
  const text = logText(bytes);
  const records: LossRecord[] = [];
  const events: LogEvent[] = [];
  const templates = new Map<string, EventTemplate & { count: number }>();
  const order: string[] = [];
  const processes = new Map<
    number,
    {
      first: number;
      last: number;
      command: string | null;
      total: number | null;
      summary: Record<string, { bytes: number; blocks: number }>;
    }
  >();
  let frames: Frame[] | null = null;
  const number = (s: string | undefined) => Number((s ?? '0').replaceAll(',', ''));
  for (let n = 1; n <= text.lineCount; n++) {
    const line = text.line(n);
    const report = /^==(\d+)== ?(.*)$/.exec(line);
    if (!report) {
      frames = null;
      if (line === '') continue;
      const m = CTIME.exec(line);
      const message = m?.[4] ?? line;
      const key = `${m?.[2] ?? ''}|${m?.[3] ?? ''}|${message.replace(/0x[0-9a-f]+|\d+/g, '<*>')}`;
      let t = templates.get(key);
      if (!t) {
        t = {
          template: key.slice(key.indexOf('|', key.indexOf('|') + 1) + 1),
          component: m?.[2] ?? null,
          level: m?.[3] ?? null,
          count: 0,
          firstLine: n,
          lastLine: n,
          firstTime: m?.[1] ?? null,
          lastTime: null,
        };
        templates.set(key, t);
        order.push(key);
      }
      t.count++;
      Object.assign(t, { lastLine: n, lastTime: m?.[1] ?? null });
      events.push({
        lines: [n, n],
        time: m?.[1] ?? null,
        at: m ? Date.parse(`${m[1]} UTC`) : null,
        component: m?.[2] ?? null,
        level: m?.[3] ?? null,
        message,
        pid: null,
        template: order.indexOf(key),
      });
      continue;
    }
    const pid = Number(report[1]);
    const body = report[2] as string;
    const process = processes.get(pid) ?? { first: n, last: n, command: null, total: null, summary: {} };
    processes.set(pid, process);
    process.last = n;
    const record = RECORD.exec(body);
    if (record) {
      frames = [];
      process.total = number(record[7]);
      const total = number(record[1]);
      records.push({
        id: '',
        number: number(record[6]),
        pid,
        check: 1,
        log: role,
        kind: (record[5] as string).replace(' ', '-') as LeakKind,
        bytes: total,
        blocks: number(record[4]),
        directBytes: record[2] ? number(record[2]) : total,
        indirectBytes: number(record[3]),
        delta: null,
        lines: [n, n],
        frames,
      });
      continue;
    }
    const frame = FRAME.exec(body);
    if (frame && frames) {
      frames.push({
        function: frame[2] === '???' ? null : (frame[2] as string),
        file: frame[4] ?? null,
        line: frame[5] ? Number(frame[5]) : null,
        column: null,
        object: frame[3] ?? null,
        address: frame[1] as string,
      });
      (records.at(-1) as { lines: readonly [number, number] }).lines = [
        (records.at(-1) as LossRecord).lines[0],
        n,
      ];
      continue;
    }
    frames = null;
    const command = /^Command: (.*)$/.exec(body);
    if (command) process.command = command[1] as string;
    const sum =
      /^ +(definitely lost|indirectly lost|possibly lost|still reachable|suppressed): ([\d,]+) bytes in ([\d,]+) blocks/.exec(
        body,
      );
    if (sum)
      process.summary[(sum[1] as string).replace(' ', '-')] = {
        bytes: number(sum[2]),
        blocks: number(sum[3]),
      };
  }
  const out: LogDocument = {
    role,
    file,
    format: processes.size ? 'memcheck-text' : 'plain',
    lines: text.lineCount,
    bytes: text.byteCount,
    truncated: false,
    processes: [...processes].map(
      ([pid, p]): Process => ({
        pid,
        parentPid: null,
        tool: 'memcheck',
        toolVersion: null,
        command: p.command,
        lines: [p.first, p.last],
        errorSummary: null,
        checks: [
          {
            number: 1,
            lines: [p.first, p.last],
            recordsCounted: p.total,
            inUseAtExit: null,
            heapUsage: null,
            summary: 'suppressed' in p.summary ? p.summary : null,
          } as unknown as LeakCheck,
        ],
      }),
    ),
    records,
    groups: [],
    errors: [],
    events,
    templates: order.map((k) => templates.get(k) as EventTemplate),
    problems: [],
  };
  assignRecordIds([out]);
  const groups = new Map<string, LossRecord[]>();
  for (const r of records)
    groups.set(signatureOf(r.frames), [...(groups.get(signatureOf(r.frames)) ?? []), r]);
  const sum = (rs: LossRecord[], key: 'bytes' | 'blocks' | 'directBytes' | 'indirectBytes') =>
    rs.reduce((a, r) => a + r[key], 0);
  return {
    ...out,
    groups: [...groups].map(
      ([signature, rs]): Group => ({
        signature,
        records: rs.map((r) => r.id),
        recordCount: rs.length,
        bytes: sum(rs, 'bytes'),
        blocks: sum(rs, 'blocks'),
        directBytes: sum(rs, 'directBytes'),
        indirectBytes: sum(rs, 'indirectBytes'),
        kinds: Object.fromEntries(
          rs.map((r) => [
            r.kind,
            sum(
              rs.filter((x) => x.kind === r.kind),
              'blocks',
            ),
          ]),
        ),
        frames: (rs[0] as LossRecord).frames,
      }),
    ),
  };
}
