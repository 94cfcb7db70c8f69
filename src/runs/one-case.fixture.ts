import path from 'node:path';
import { packageRoot } from '../package-root.js';

/** A folder with one small case: reading all cases for every test would take its time. */
export const ONE_CASE = path.join(packageRoot, 'datasets/dispatch-37-report');
