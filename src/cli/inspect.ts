import { Command } from 'commander';
import pc from 'picocolors';
import { materialOfLogs, type OwnLogs, sourcesOf } from '../evidence/material-of-logs.js';
import { readLogs } from '../log/read-log.js';
import { inspectTerminal, type Section } from '../report/inspect-terminal.js';
import { collect, outputWidth } from './options.js';

interface Options {
  readonly json?: boolean;
  readonly role: readonly string[];
  readonly records?: boolean;
  readonly groups?: boolean;
  readonly events?: boolean;
  readonly errors?: boolean;
}

const SECTIONS: readonly Section[] = ['records', 'groups', 'events', 'errors'];

export function command(): Command {
  return new Command('inspect')
    .description(
      'Show what is in one or more logs: processes, what was lost, groups of loss records, events.',
    )
    .argument(
      '<log...>',
      'logs of one case: memcheck text or XML, sanitizer text, or an application log alone',
    )
    .option('--records', 'list every loss record')
    .option('--groups', 'list every group of loss records with the same stack')
    .option('--events', 'list every event template')
    .option('--errors', 'list every other error of the tool, and every line that was flagged')
    .option(
      '--role <name>',
      'who wrote the log, in the order of the logs (default: its file name)',
      collect,
      [],
    )
    .option('--json', 'print one JSON object for other programs')
    .action(inspect);
}

async function inspect(files: string[], options: Options): Promise<void> {
  const logs = { files, roles: options.role };
  if (options.json === true) return inspectJson(logs);
  const documents = await readLogs(sourcesOf(logs));
  const sections = SECTIONS.filter((section) => options[section] === true);
  process.stdout.write(
    inspectTerminal(documents, { sections, colour: pc.isColorSupported, width: outputWidth() }),
  );
}

/** Tokens are counted exactly, which needs the tokenizer: megabytes that the picture on a terminal does without. */
async function inspectJson(logs: OwnLogs): Promise<void> {
  const [{ inspectionOf }, { loadCounter }] = await Promise.all([
    import('../report/inspection.js'),
    import('../context/tokens.js'),
  ]);
  const material = await materialOfLogs(logs);
  const counter = await loadCounter('o200k_base');
  const tokens = material.logs.reduce((sum, { text }) => sum + counter.count(text.whole()), 0);
  const documents = material.logs.map(({ document }) => document);
  process.stdout.write(`${JSON.stringify(inspectionOf(documents, tokens))}\n`);
}
