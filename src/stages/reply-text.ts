/** One line of a reply. Offsets are those of the reply; the line end is not part of it. */
export interface ReplyLine {
  readonly start: number;
  readonly end: number;
  /** Inside a code fence, or one of its two fence lines. */
  readonly fenced: boolean;
  /** Inside a fence that quotes a report of a memory checker. */
  readonly report: boolean;
}

/** A reply made ready to be read: same length as the reply, so that every offset is one of the reply's own. */
export interface ReplyText {
  readonly raw: string;
  /** Full-width and typographic signs as ASCII, arrows as `→ ← ↔`, reasoning blanked out. */
  readonly text: string;
  readonly lines: readonly ReplyLine[];
  /** Where the text ends, but for white space. */
  readonly spokenEnd: number;
  /** Indices of the first and the last line that is not blank. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Something was blanked out as reasoning. */
  readonly reasoned: boolean;
  /** A reasoning block was opened and never closed. */
  readonly cutInReasoning: boolean;
}

const SIGNS: Readonly<Record<string, string>> = {
  '。': '.',
  '【': '[',
  '】': ']',
  '〔': '[',
  '〕': ']',
  '《': '<',
  '》': '>',
  '〈': '<',
  '〉': '>',
  '⟨': '<',
  '⟩': '>',
  '「': '"',
  '」': '"',
  '『': '"',
  '』': '"',
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '―': '-',
  '−': '-',
  '〜': '~',
  '∼': '~',
  '•': '*',
  '●': '*',
  '▪': '*',
  '◦': '*',
  '‣': '*',
  '·': '*',
};
const RIGHT = '⟶➔➜➝➞➡⇒⟹↦⮕▶►';
const LEFT = '⟵⇐⟸⬅';
const BOTH = '⟷⇔⟺⇄⇆⇌';

/** ASCII arrows, but not the operator of C++ that looks like one. */
const ASCII_ARROWS = /(?<!operator)(?:<-{1,2}>|<={1,2}>|-{1,3}>|={1,2}>|<-{1,2}(?=\s))/g;

function normaliseSign(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if (RIGHT.includes(sign)) return '→';
  if (LEFT.includes(sign)) return '←';
  if (BOTH.includes(sign)) return '↔';
  return SIGNS[sign] ?? (/^(?:\s|[\p{Cf}\p{Mn}])$/u.test(sign) ? ' ' : sign);
}

function normaliseArrow(arrow: string): string {
  const sign = arrow.startsWith('<') ? (arrow.endsWith('>') ? '↔' : '←') : '→';
  return sign.padStart(Math.ceil(arrow.length / 2)).padEnd(arrow.length);
}

/** Tags around reasoning; an answer tag ends reasoning that was not closed. */
const REASONING_TAG =
  /<(\/?)(?:think(?:ing)?|thoughts?|reasoning|reflection|scratchpad|analysis|inner_monologue)>|\[(\/?)think\]|◁(\/?)think▷|(<answer>)/gi;
const FENCE = /^\s{0,8}(?:>\s*)*(`{3,}|~{3,})/;
const FINAL_CHANNEL = '<|channel|>final<|message|>';
const REPORT_LINE =
  /^(?:==|--|\*\*)\d+(?:==|--|\*\*)|loss record|^\s*(?:at|by) 0x|^\s*#\d+ 0x|(?:in)?direct leak of/im;

/** Linear in the length of the reply. */
export function readReplyText(raw: string): ReplyText {
  const plain = raw.replace(/\r/g, ' ').replace(/[^\x00-\x7f\n]/g, normaliseSign);
  const { text: spoken, reasoned, cutInReasoning } = blankReasoning(plain);
  const text = spoken.replace(/<\|\w+\|>/g, blank).replace(ASCII_ARROWS, normaliseArrow);
  const lines = splitLines(text);
  const blankLine = ({ start, end }: ReplyLine) => !/\S/.test(text.slice(start, end));
  return {
    raw,
    text,
    lines,
    spokenEnd: text.trimEnd().length,
    firstLine: lines.findIndex((line) => !blankLine(line)),
    lastLine: lines.findLastIndex((line) => !blankLine(line)),
    reasoned,
    cutInReasoning,
  };
}

/** A stretch of a reply between two ends of sentences or lines. */
export interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** The sentences of a reply; a line's end ends one too. */
export function sentencesOf(reply: ReplyText): Sentence[] {
  const sentences: Sentence[] = [];
  for (const [line, { start, end }] of reply.lines.entries()) {
    let from = start;
    for (const stop of reply.raw.slice(start, end).matchAll(/[。！？]|[.!?](?=\s)/g)) {
      sentences.push({ start: from, end: start + stop.index + 1, line });
      from = start + stop.index + 1;
    }
    if (from < end) sentences.push({ start: from, end, line });
  }
  return sentences;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Blanks out what a model thinks aloud before it answers. Tags inside of code fences are quoted text. */
function blankReasoning(text: string): { text: string; reasoned: boolean; cutInReasoning: boolean } {
  const parts: string[] = [];
  let spokenFrom = 0;
  let blankUntil = 0;
  let thinking = false;
  let fence: string | null = null;
  let reasoned = false;
  const final = text.lastIndexOf(FINAL_CHANNEL);
  if (final !== -1) {
    spokenFrom = final + FINAL_CHANNEL.length;
    blankUntil = spokenFrom;
    reasoned = true;
  }
  for (let at = spokenFrom; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline + 1;
    const line = text.slice(at, end);
    const mark = thinking ? undefined : FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
    } else if (fence === null) {
      for (const tag of line.matchAll(REASONING_TAG)) {
        const answers = tag[4] !== undefined;
        if (answers && !thinking) continue;
        const closes = answers || [tag[1], tag[2], tag[3]].includes('/');
        if (closes) {
          const until = at + tag.index + (answers ? 0 : tag[0].length);
          // A closing tag without its opening one ends reasoning that began with the reply.
          if (thinking) {
            parts.push(blank(text.slice(spokenFrom, until)));
          } else {
            parts.length = 0;
            blankUntil = until;
          }
          spokenFrom = until;
          thinking = false;
          reasoned = true;
        } else if (!thinking) {
          parts.push(text.slice(spokenFrom, at + tag.index));
          spokenFrom = at + tag.index;
          thinking = true;
        }
      }
    }
    at = end;
  }
  const rest = text.slice(spokenFrom);
  parts.push(thinking ? blank(rest) : rest);
  return {
    text: blank(text.slice(0, blankUntil)) + parts.join(''),
    reasoned: reasoned || thinking,
    cutInReasoning: thinking,
  };
}

function splitLines(text: string): ReplyLine[] {
  const lines: { start: number; end: number; fenced: boolean; report: boolean }[] = [];
  let fence: string | null = null;
  let fenceFrom = 0;
  let report = false;
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end);
    const mark = FENCE.exec(line)?.[1];
    const inside = fence !== null;
    if (inside && REPORT_LINE.test(line)) report = true;
    lines.push({ start, end, fenced: inside || mark !== undefined, report: false });
    if (mark !== undefined && fence === null) {
      fence = mark;
      fenceFrom = lines.length;
      report = false;
    } else if (mark !== undefined && fence !== null && mark.startsWith(fence)) {
      fence = null;
      if (report) for (let index = fenceFrom; index < lines.length; index++) markReport(lines, index);
    }
    start = end + 1;
  }
  if (fence !== null && report)
    for (let index = fenceFrom; index < lines.length; index++) markReport(lines, index);
  return lines;
}

function markReport(lines: { report: boolean }[], index: number): void {
  const line = lines[index];
  if (line !== undefined) line.report = true;
}
