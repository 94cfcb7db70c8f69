import { chunkMaterial } from '../../context/chunk.js';
import { counterFor, inputBudget, type ModelLimits } from '../../context/models.js';
import type { Redactor } from '../../context/redact.js';
import type { Material } from '../../evidence/material.js';
import { type Prompt, type PromptSet, renderLogPart, renderPrompt } from '../../stages/prompts.js';
import type { Briefing } from './conversation.js';
import type { Redact } from './redact.js';
import type { ChatSettings } from './settings.js';
import type { ToolBriefing } from './tool-conversation.js';

/** What a material is made ready with. */
export interface BriefingOptions {
  readonly model: ModelLimits;
  readonly settings: ChatSettings;
  readonly prompts: PromptSet;
  /** Takes our own keys out. */
  readonly redact: Redact;
}

/** Cuts the logs into chunks and makes prompts of them. The redactor names the secrets of the log. */
export async function brief(
  material: Material,
  options: BriefingOptions,
  redactor: Redactor,
): Promise<Briefing> {
  const { model, settings, prompts, redact } = options;
  const chunks = await chunkMaterial(material, {
    strategy: settings.strategy ?? (settings.protocol === 'map-reduce' ? 'records' : 'digest'),
    model,
    ...(settings.chunkTokens !== undefined && { budget: settings.chunkTokens }),
    redact: (line) => redactor.redact(redact(line)),
  });
  return {
    ...asked(material, options),
    parts: chunks.map(({ log, text, records }, at) => ({
      text: renderLogPart(prompts.log, {
        index: at + 1,
        count: chunks.length,
        role: redactor.redact(log),
        text,
      }),
      records,
    })),
  };
}

/** What a model that reads the logs itself is told. */
export async function briefForTools(
  material: Material,
  options: BriefingOptions,
): Promise<Omit<ToolBriefing, 'redactor'>> {
  const { model, settings, redact } = options;
  const counter = await counterFor(model);
  return {
    ...asked(material, options),
    budget: settings.chunkTokens ?? inputBudget(model),
    count: (text) => counter.count(text),
    redact,
  };
}

function asked(
  { system, logs }: Material,
  { prompts, settings }: BriefingOptions,
): Pick<Briefing, 'questions' | 'recordCount' | 'structured'> {
  const values: Record<string, string> = { system: system ?? 'one program or several' };
  const question = (prompt: Prompt) =>
    renderPrompt(
      prompt,
      Object.fromEntries(prompt.placeholders.map((name) => [name, values[name] as string])),
    );
  const { relationship, leak, 'root-cause': rootCause } = prompts.questions;
  return {
    questions: {
      relationship: question(relationship),
      leak: question(leak),
      'root-cause': question(rootCause),
    },
    recordCount: logs.reduce((sum, { document }) => sum + document.records.length, 0),
    structured: settings.answers === 'schema',
  };
}
