import { carryOut } from '../src/runs/carry-out.js';
import { readExperiment } from '../src/runs/experiment.js';

/** One sitting in a process of its own: EXPERIMENT CASE RUNS; key and server come from the environment. */
const [file, datasets, runs] = process.argv.slice(2) as [string, string, string];
const outcome = await carryOut(await readExperiment(file), { datasets, runs });
process.exitCode = outcome.unfinished.length === 0 ? 0 : 1;
