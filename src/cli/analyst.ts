import type { Analyst } from '../analysts/analyst.js';
import type { ChatSettings } from '../analysts/chat/settings.js';
import type { ChatOptions } from '../analysts/chat.js';
import { LeaktrailError } from '../error.js';
import { isModel } from '../runs/contestant.js';
import { offlineAnalyst } from '../runs/offline.js';

/** The analyst of that name: `rules`, a baseline, or `provider:model`, whose client is loaded only then. */
export async function analystNamed(
  name: string,
  settings: ChatSettings,
  options: ChatOptions = {},
): Promise<Analyst> {
  if (!isModel(name)) {
    if (settings.redact !== true) return offlineAnalyst(name);
    throw new LeaktrailError('usage', `${name} sends nothing, so that there is nothing to redact`, {
      hint: '--redact is for models: --model provider:model',
    });
  }
  const { chatAnalyst } = await import('../analysts/chat.js');
  return chatAnalyst(name, settings, options);
}
