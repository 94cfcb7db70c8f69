import { startTestServer } from '../src/analysts/chat/test-server.js';

/** A server without any latency, in a process of its own; tells its parent the URL. */
let answered = 0;
const server = await startTestServer(() => `YES:<20> (${answered++})`);
process.send?.(server.url);
