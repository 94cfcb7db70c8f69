import { z } from 'zod';
import { noRedactor, type Redactor } from '../../context/redact.js';
import type { Material, MaterialLog } from '../../evidence/material.js';
import type { LossRecord } from '../../log/document.js';
import { namesOf } from '../../log/record-id.js';

/** Most lines that one look-up gives back, and most characters of each: a model asks again for more. */
const MOST_LINES = 120;
const MOST_CHARACTERS = 300;
const GROUPS_A_PAGE = 25;

const log = z.string().optional().describe('Name of the log; all logs where absent.');
const from = z
  .number()
  .int()
  .min(0)
  .default(0)
  .describe('How many results to leave out, to see further ones.');
const line = z.number().int().min(1);

const ARGUMENTS = {
  search: z.strictObject({
    text: z.string().min(1).describe('What the line must contain; upper and lower case are the same.'),
    log,
    from,
  }),
  lines: z.strictObject({
    log: z.string().describe('Name of the log.'),
    first: line.describe('First line, 1-based.'),
    last: line.describe(`Last line; at most ${MOST_LINES} lines come back.`),
  }),
  groups: z.strictObject({ log, from }),
  record: z.strictObject({ id: z.string().describe('Id of a loss record, such as 351.') }),
};

const DESCRIPTIONS: { readonly [name in keyof typeof ARGUMENTS]: string } = {
  search: 'Find the lines of the logs that contain a text, with their numbers.',
  lines: 'Read some lines of a log.',
  groups:
    'List the groups of loss records that have the same allocation stack, the most bytes first: bytes, blocks, kinds, ids of records, and the stack from the allocation outwards.',
  record: 'Read one loss record: its lines in the log.',
};

type ToolName = keyof typeof ARGUMENTS;

/** The tools as the OpenAI API takes them. */
export const TOOL_SPECS = (Object.keys(ARGUMENTS) as ToolName[]).map((name) => {
  const { $schema: _, ...parameters } = z.toJSONSchema(ARGUMENTS[name], { io: 'input' });
  return { type: 'function' as const, function: { name, description: DESCRIPTIONS[name], parameters } };
});

/** Look-ups in the logs of a case. Results are short texts; what is wrong with a call is told in the result. */
export interface LogTools {
  call(name: string, args: unknown): string;
  /** Ids of the records of which a line or a place in a group was given back so far. */
  readonly seen: ReadonlySet<string>;
}

/**
 * The tools for some logs. They read and do nothing else. With a redactor a model gets names in the place of secrets,
 * and may call for them by these names.
 */
export function logTools({ logs }: Material, redactor: Redactor = noRedactor): LogTools {
  const { redact } = redactor;
  const seen = new Set<string>();
  const named = (name: string | undefined): readonly MaterialLog[] =>
    name === undefined ? logs : logs.filter(({ document }) => document.role === name);

  const noSuchLog = (name: string | undefined) =>
    `error: no log is called ${name}; there are: ${logs.map(({ document }) => document.role).join(', ')}`;

  const show = (one: MaterialLog, numbers: readonly number[]): string[] => {
    for (const { id, lines } of one.document.records) {
      if (numbers.some((number) => number >= lines[0] && number <= lines[1])) seen.add(id);
    }
    const role = redact(one.document.role);
    return numbers.map((number) => `${role}:${number}: ${shortened(redact(one.text.line(number)))}`);
  };

  const search = ({ text, log: name, from }: z.infer<typeof ARGUMENTS.search>): string => {
    const where = named(name);
    if (where.length === 0) return noSuchLog(name);
    const wanted = text.toLowerCase();
    const shown: string[] = [];
    let found = 0;
    for (const one of where) {
      const numbers: number[] = [];
      for (let number = 1; number <= one.text.lineCount; number++) {
        if (!one.text.line(number).toLowerCase().includes(wanted)) continue;
        if (found >= from && found < from + MOST_LINES) numbers.push(number);
        found++;
      }
      shown.push(...show(one, numbers));
    }
    return [`${found} lines${page(from, shown.length, found)}`, ...shown].join('\n');
  };

  const lines = ({ log: name, first, last }: z.infer<typeof ARGUMENTS.lines>): string => {
    const [one] = named(name);
    if (one === undefined) return noSuchLog(name);
    const end = Math.min(last, first + MOST_LINES - 1, one.text.lineCount);
    if (end < first) return `error: the log has ${one.text.lineCount} lines`;
    return show(
      one,
      Array.from({ length: end - first + 1 }, (_, index) => first + index),
    ).join('\n');
  };

  const groups = ({ log: name, from }: z.infer<typeof ARGUMENTS.groups>): string => {
    const where = named(name);
    if (where.length === 0) return noSuchLog(name);
    const all = where
      .flatMap(({ document }) => document.groups.map((group) => ({ role: document.role, ...group })))
      .sort((a, b) => b.bytes - a.bytes);
    const shown = all.slice(from, from + GROUPS_A_PAGE).map((group) => {
      const ids = group.records.slice(0, 20);
      for (const id of ids) seen.add(id);
      const more = group.recordCount > ids.length ? ` and ${group.recordCount - ids.length} more` : '';
      const kinds = Object.entries(group.kinds).map(([kind, blocks]) => `${kind} ${blocks}`);
      const facts = `${group.role}: ${group.bytes} bytes in ${group.blocks} blocks (${kinds.join(', ')}); records ${ids.join(', ')}${more}`;
      return `${redact(facts)}; ${shortened(redact(group.signature))}`;
    });
    return [`${all.length} groups${page(from, shown.length, all.length)}`, ...shown].join('\n');
  };

  const record = ({ id }: z.infer<typeof ARGUMENTS.record>): string => {
    const wanted = id.replace(/^#|,/g, '').trim();
    const found = logs.flatMap((one) =>
      one.document.records.filter((each) => isCalled(each, wanted)).map((each) => ({ one, each })),
    );
    const [only] = found;
    if (only === undefined) return `error: no loss record has the id ${wanted}`;
    if (found.length > 1)
      return `error: ambiguous; say one of ${found.map(({ each }) => each.id).join(', ')}`;
    const [first, last] = only.each.lines;
    return lines({ log: only.one.document.role, first, last });
  };

  const tools = { search, lines, groups, record };
  const call = (name: string, args: unknown): string => {
    if (!Object.hasOwn(tools, name)) return `error: there is no tool ${name}`;
    const checked = ARGUMENTS[name as ToolName].safeParse(args);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      return `error: ${issue?.path.join('.') || 'arguments'}: ${issue?.message}`;
    }
    return (tools[name as ToolName] as (checked: unknown) => string)(checked.data);
  };
  return {
    seen,
    call(name, args) {
      const result = call(name, withSecrets(args, redactor));
      // What is wrong with a call is told with the words of the call, in which the secrets stand again.
      return result.startsWith('error:') ? redactor.hide(result) : result;
    },
  };
}

/** Arguments with secrets in the place of their names. */
function withSecrets(args: unknown, { restore }: Redactor): unknown {
  if (typeof args !== 'object' || args === null) return args;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === 'string' ? restore(value) : value]),
  );
}

function isCalled(record: LossRecord, id: string): boolean {
  return record.id === id || namesOf(record).includes(id);
}

function page(from: number, shown: number, all: number): string {
  return shown === all ? ':' : `, of which ${from + 1} to ${from + shown}:`;
}

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
