/**
 * leaktrail as a library: read logs, diagnose them with the rules or a model, and print what was found.
 *
 * The log reader alone is `leaktrail/log`.
 */
export type { Analyst, Reply, Session, Usage } from './analysts/analyst.js';
export type { ChatSettings } from './analysts/chat/settings.js';
export { type ChatAnalyst, type ChatOptions, chatAnalyst } from './analysts/chat.js';
export { rules } from './analysts/rules.js';
export type { Mechanism, Stage, Verdict } from './cases/truth.js';
export { type Chunk, type ChunkOptions, chunkMaterial, type Strategy } from './context/chunk.js';
export { type ErrorCode, LeaktrailError, type Place } from './error.js';
export { type Labelling, type LabelOptions, label } from './evidence/label.js';
export type { Material, MaterialLog } from './evidence/material.js';
export { materialOfLogs, type OwnLogs } from './evidence/material-of-logs.js';
export * from './log/index.js';
export type { Citation, Evidence } from './report/citations.js';
export { type Diagnosis, diagnose, type StageAnswer } from './report/diagnosis.js';
export { diagnosisMarkdown } from './report/diagnosis-markdown.js';
export { diagnosisSarif } from './report/diagnosis-sarif.js';
export type { Answer, AnswerForm } from './stages/answer.js';
export { parseAnswer } from './stages/parse-answer.js';
