import path from 'node:path';
import { Command } from 'commander';
import { PROVIDERS, readEnvironment } from '../analysts/chat/providers.js';
import { readModelTable } from '../context/models.js';
import { packageRoot } from '../package-root.js';
import { modelsText } from '../report/models-text.js';

interface Options {
  readonly models?: string;
  readonly json?: boolean;
}

export function command(): Command {
  return new Command('models')
    .description('List the providers of models, whether each can be asked, and what models take and cost.')
    .option('--models <file>', "rows of your own, in the form of leaktrail's models.yaml; they come first")
    .option('--json', 'print one JSON object for other programs')
    .action(models);
}

async function models(options: Options): Promise<void> {
  const environment = readEnvironment();
  const providers = PROVIDERS.map(({ name, package: packageName, keyVariables, baseUrlVariable }) => ({
    name,
    package: packageName,
    installed: isInstalled(packageName),
    keyVariables,
    /** Whether, never what. */
    keyIsSet: keyVariables.some((variable) => Boolean(environment[variable]?.trim())),
    baseUrlVariable,
  }));
  const files = [
    ...(options.models === undefined ? [] : [options.models]),
    path.join(packageRoot, 'models.yaml'),
  ];
  const tables = await Promise.all(files.map(readModelTable));
  const facts = {
    providers,
    models: tables.flatMap((table) => table.models),
    prices: tables.flatMap((table) => table.prices),
  };
  process.stdout.write(options.json === true ? `${JSON.stringify(facts)}\n` : modelsText(facts));
}

function isInstalled(packageName: string): boolean {
  try {
    import.meta.resolve(packageName);
    return true;
  } catch {
    return false;
  }
}
