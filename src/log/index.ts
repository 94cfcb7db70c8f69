/** The log reader: `import { readLog } from 'leaktrail/log'`. */
export type * from './document.js';
export { LEAK_KINDS } from './document.js';
export { type LogSource, type ReadOptions, readLog, readLogs } from './read-log.js';
export { type Reconciliation, reconcile } from './reconcile.js';
export { assignRecordIds, namesOf } from './record-id.js';
export { signatureOf } from './signature.js';
export { writeMemcheck } from './write-memcheck.js';
