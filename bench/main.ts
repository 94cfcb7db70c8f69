/** Runs the benchmark that is named: `npm run bench:perf -- log`. */

const BENCHMARKS: {
  readonly [name: string]: () => Promise<{ run(args: readonly string[]): Promise<void> }>;
} = {
  log: () => import('./log.js'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
if (load === undefined) {
  console.error(`Name a benchmark: ${Object.keys(BENCHMARKS).join(', ')}`);
  process.exitCode = 2;
} else {
  await (await load()).run(args);
}
