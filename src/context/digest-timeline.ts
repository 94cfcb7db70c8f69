import type { MaterialLog } from '../evidence/material.js';
import type { ErrorReport, LogDocument } from '../log/document.js';
import { functionOf } from '../log/signature.js';
import type { ChunkTask } from './draft.js';
import { ownFrames } from './own-frames.js';
import { oneLine, type SourcedLine } from './sourced-line.js';

/** Events of one template, or error reports that read alike: one line of a digest's timeline. */
export interface TimelineItem extends SourcedLine {
  /** How many events or reports the line stands for. */
  readonly count: number;
  /** Higher is more worth showing. */
  readonly weight: number;
}

/** Characters that an event's text, and one variable part of it, may take. */
const LONGEST = { text: 200, value: 48 };

/**
 * Everything beside the loss records, one item for what reads alike, in the order of first appearance. Redacted before
 * anything is cut short or marked, because half a secret is no longer known for one.
 */
export function timelineItems({ document }: MaterialLog, redact: ChunkTask['redact']): TimelineItem[] {
  const items = [...eventItems(document, redact), ...errorItems(document.errors, redact)];
  return items.sort((a, b) => (a.source as number) - (b.source as number));
}

/** The time that the timeline counts from, as the log writes it; null where no event has a full time. */
export function timelineStart(document: LogDocument): string | null {
  return document.events.find((event) => event.at !== null)?.time ?? null;
}

function eventItems(document: LogDocument, redact: ChunkTask['redact']): TimelineItem[] {
  const start = document.events.find((event) => event.at !== null)?.at ?? null;
  const spans = document.templates.map(() => ({
    first: -1,
    from: null as number | null,
    to: null as number | null,
  }));
  document.events.forEach((event, index) => {
    const span = spans[event.template];
    if (span === undefined) return;
    if (span.first === -1) span.first = index;
    span.from ??= event.at;
    span.to = event.at ?? span.to;
  });
  return document.templates.map((template, index) => {
    const { first, from, to } = spans[index] as (typeof spans)[number];
    const message = document.events[first]?.message;
    const parts = [
      timeSpan(start, from, to),
      template.count > 1 ? `x${template.count}` : null,
      template.component,
      template.level,
      oneLine(shownText(template.template, message, redact), LONGEST.text),
    ];
    return {
      text: parts.filter((part) => part !== null).join(' '),
      source: template.firstLine,
      count: template.count,
      weight: weightOf(template.level, template.template) + Math.log2(template.count),
    };
  });
}

function shownText(template: string, message: string | undefined, redact: ChunkTask['redact']): string {
  if (message === undefined) return redact(template);
  const redacted = redact(message);
  return redacted === message ? fillTemplate(template, message) : redacted;
}

/** `+3s` or `+3..70s`, in whole seconds since the log's first event. */
function timeSpan(start: number | null, from: number | null, to: number | null): string | null {
  if (start === null || from === null) return null;
  const seconds = (at: number) => Math.round((at - start) / 1000);
  const last = seconds(to ?? from);
  return last === seconds(from) ? `+${last}s` : `+${seconds(from)}..${last}s`;
}

const ALARM = /\b(?:emerg|alert|crit|fatal|panic|err|error|warn|warning|severe)\b/i;
const TROUBLE = /\b(?:fail\w*|abort\w*|reject\w*|refus\w*|lost|closed|timed? ?out|invalid|leak\w*|denied)\b/i;

function weightOf(level: string | null, text: string): number {
  return (level !== null && ALARM.test(level) ? 12 : 0) + (TROUBLE.test(text) ? 4 : 0);
}

/**
 * A template with the values of one event in its variable parts: `connection <41> closed`. As it is where the event
 * does not fit it.
 */
export function fillTemplate(template: string, message: string): string {
  const fixed = template.split('<*>');
  let filled = fixed[0] as string;
  if (!message.startsWith(filled)) return template;
  let at = filled.length;
  for (const [index, part] of fixed.slice(1).entries()) {
    const isLast = index === fixed.length - 2;
    const next = isLast ? message.length - part.length : part === '' ? at : message.indexOf(part, at);
    if (next < at || !message.startsWith(part, next)) return template;
    filled += `<${oneLine(message.slice(at, next), LONGEST.value)}>${part}`;
    at = next + part.length;
  }
  return filled;
}

/** Frames of an error report's stack that its line shows. */
const ERROR_FRAMES = 5;

function errorItems(errors: readonly ErrorReport[], redact: ChunkTask['redact']): TimelineItem[] {
  const alike = new Map<string, { text: string; source: number; count: number }>();
  for (const error of errors) {
    const stack = ownFrames(error.frames).slice(0, ERROR_FRAMES).map(functionOf).join(' < ');
    const text = oneLine(
      `${error.kind}: ${redact(error.message)}${stack === '' ? '' : ` at ${stack}`}`,
      2 * LONGEST.text,
    );
    const item = alike.get(text) ?? { text, source: error.lines[0], count: 0 };
    item.count++;
    alike.set(text, item);
  }
  return [...alike.values()].map(({ text, source, count }) => ({
    text: count > 1 ? `x${count} ${text}` : text,
    source,
    count,
    weight: 20 + Math.log2(count),
  }));
}
