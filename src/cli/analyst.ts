import type { Analyst } from '../analysts/analyst.js';
import type { ChatSettings } from '../analysts/chat/settings.js';
import { isModel } from '../runs/contestant.js';
import { offlineAnalyst } from '../runs/offline.js';

/** The analyst of that name: `rules`, a baseline, or `provider:model`, whose client is loaded only then. */
export async function analystNamed(name: string, settings: ChatSettings): Promise<Analyst> {
  if (!isModel(name)) return offlineAnalyst(name);
  const { chatAnalyst } = await import('../analysts/chat.js');
  return chatAnalyst(name, settings);
}
