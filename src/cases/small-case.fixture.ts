import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A log of two loss records, as small as Memcheck writes it. */
export const SMALL_LOG = `==7== Memcheck, a memory error detector
==7== Command: ./broker
2026-11-22 09:00:00 broker (INFO) peer connected
==7== 
==7== 16 bytes in 1 blocks are definitely lost in loss record 1 of 2
==7==    at 0x1000: malloc (vg_replace_malloc.c:381)
==7==    by 0x1010: session_open (session.c:12)
==7== 
==7== 24 bytes in 2 blocks are definitely lost in loss record 2 of 2
==7==    at 0x1000: malloc (vg_replace_malloc.c:381)
==7==    by 0x1020: queue_open (queue.c:7)
==7== 
`;

const CASE_YAML = `schema: 1
id: small
title: A session is lost
link: https://example.org/1
system: broker
category: memory leak
trigger: a peer connects
consequence: memory grows
rootCause: the session is never freed
fix:
  links: [https://example.org/fix]
  revisions: [abc]
tags: [memcheck]
logs:
  - file: logs/a.log
    role: a
    tool: memcheck
    lines: 12
    bytes: 469
    sha256: ac5edfb7387d8a7e62277ea9fdc1a6ddfa977e17851a547ec7019e81619651f1
provenance: written for a test
licence: Apache-2.0
`;

const TRUTH_JSON = `{
  "schema": 1,
  "relationship": { "verdict": "YES", "processes": [["a", "b"]], "calls": [] },
  "leak": { "verdict": "YES", "records": ["1"], "otherLeaks": ["2"] },
  "root-cause": {
    "verdict": "YES",
    "causes": [
      {
        "id": "session",
        "primary": true,
        "mechanism": "missing free on teardown",
        "functions": ["session_open"],
        "statement": "The session is never freed.",
        "records": ["1"]
      }
    ]
  },
  "evidence": { "method": "before and after the fix", "logs": ["logs/a.log"] }
}
`;

/** A sound case in a temporary folder that goes away with the test; its files can be changed before it is read. */
export async function smallCase(
  change: { caseYaml?: (text: string) => string; truthJson?: (text: string) => string; log?: string } = {},
): Promise<AsyncDisposable & { root: string; folder: string }> {
  const root = await mkdtemp(path.join(tmpdir(), 'leaktrail-'));
  const folder = path.join(root, 'small');
  await mkdir(path.join(folder, 'logs'), { recursive: true });
  await writeFile(path.join(folder, 'case.yaml'), change.caseYaml?.(CASE_YAML) ?? CASE_YAML);
  await writeFile(path.join(folder, 'truth.json'), change.truthJson?.(TRUTH_JSON) ?? TRUTH_JSON);
  await writeFile(path.join(folder, 'logs/a.log'), change.log ?? SMALL_LOG);
  return { root, folder, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
