import type { EventTemplate } from './document.js';
import { MASKED, mix, TEXT, WordScanner } from './event-words.js';

/** Words of text that messages must share in order to be compared: the depth of the tree. */
const PATH_LENGTH = 3;
/** How much of the text must be the same: the similarity threshold. */
const SIMILARITY = 0.75;
/** Branches of a node; messages that would need another share one. Bounds what random text can cost. */
const MOST_BRANCHES = 100;
/** Templates of a branch; beyond them the most similar takes the message. */
const MOST_IN_BRANCH = 40;
const MOST_TEMPLATES = 10_000;
/** Longer runs of separators (`=======`) are cut when shown. */
const LONGEST_SEPARATOR = 80;

/** A position of a template: its word while that never varied, or what all its words begin with. */
interface Position {
  text: string;
  varies: boolean;
}

/** Control characters part words as white space does, and all of it is shown as one space. */
const BLANKS = /[\s\p{Cc}]+/gu;

class Template implements EventTemplate {
  readonly component: string | null;
  readonly level: string | null;
  readonly firstLine: number;
  readonly firstTime: string | null;
  readonly index: number;
  readonly positions: Position[];
  /** What stands before each position, and behind the last. */
  readonly separators: string[];
  count = 0;
  lastLine: number;
  lastTime: string | null;

  constructor(index: number, event: EventHead, positions: Position[], separators: string[]) {
    this.index = index;
    this.component = event.component;
    this.level = event.level;
    this.firstLine = event.line;
    this.lastLine = event.line;
    this.firstTime = event.time;
    this.lastTime = event.time;
    this.positions = positions;
    this.separators = separators;
  }

  get template(): string {
    let text = '';
    for (const [index, position] of this.positions.entries()) {
      text += this.separators[index];
      text += position.varies ? `${position.text}<*>` : position.text;
    }
    return (text + this.separators.at(-1)).replace(BLANKS, ' ').trim();
  }
}

interface EventHead {
  readonly component: string | null;
  readonly level: string | null;
  readonly line: number;
  readonly time: string | null;
}

/** A node of the tree: the messages of one form, by the path of their first words. */
interface Branches {
  readonly byPath: Map<number, Template[]>;
  readonly rest: Template[];
}

/**
 * Finds the templates of an application's events as they come, after P. He, J. Zhu, Z. Zheng and M. R. Lyu, "Drain:
 * An Online Log Parsing Approach with Fixed Depth Tree" (ICWS 2017): a message is led through a tree of fixed depth
 * to the few templates that it can belong to, joins the most similar one, and words in which they differ become
 * `<*>`.
 *
 * As in the paper, parameters are masked before: here numbers, ids, addresses, paths, values behind `=` and quoted
 * payloads take no part in the path and in the similarity. They are masked for the search alone: a parameter that
 * never varied is shown as it stands (`id=QDR.02`), and so is what the words of a position begin with
 * (`localhost:<*>`, `sensor-<*>`). Where the paper's tree has the number of words, this one has the words'
 * separators; events of another component or level are other events.
 *
 * Takes linear time; memory is bounded by the number of templates kept (10,000; further kinds of events share one).
 */
export class TemplateMiner {
  private readonly found: Template[] = [];
  private readonly forms = new Map<number, Branches>();
  private readonly scanner = new WordScanner(PATH_LENGTH);
  /** Takes whatever there is no room for. */
  private anything: Template | null = null;
  private latestComponent: string | null = null;
  private latestLevel: string | null = null;
  private latestHash = 0;

  /**
   * Counts an event whose `message` began at `line` (its lines joined by newlines); returns the index of its template
   * in `templates()`, which never changes.
   */
  add(
    message: string,
    component: string | null,
    level: string | null,
    line: number,
    time: string | null,
  ): number {
    const { scanner } = this;
    scanner.scan(message);
    const branch = this.branch(mix(scanner.form, this.hashOf(component, level)), scanner.path);
    let template = this.mostSimilar(branch, message, component, level);
    if (template !== null) this.generalise(template, message);
    else if (this.found.length < MOST_TEMPLATES) {
      template = this.create(message, { component, level, line, time });
      branch.push(template);
    } else template = this.leftOver(line, time);
    count(template, line, time);
    return template.index;
  }

  /** Counts an event once more whose message is word for word one for which `add` returned this template. */
  countAgain(template: number, line: number, time: string | null): void {
    count(this.found[template] as Template, line, time);
  }

  /** All templates, in the order in which they first appeared. */
  templates(): EventTemplate[] {
    return this.found.map(
      ({ template, component, level, count, firstLine, lastLine, firstTime, lastTime }) => ({
        template,
        component,
        level,
        count,
        firstLine,
        lastLine,
        firstTime,
        lastTime,
      }),
    );
  }

  /** Events of one component and level come in a row, so their hash is kept. */
  private hashOf(component: string | null, level: string | null): number {
    if (component === this.latestComponent && level === this.latestLevel) return this.latestHash;
    this.latestComponent = component;
    this.latestLevel = level;
    let hash = 0;
    for (const text of [component, level]) {
      hash = mix(hash, text === null ? 1 : 2);
      for (let at = 0; text !== null && at < text.length; at++) hash = mix(hash, text.charCodeAt(at));
    }
    this.latestHash = hash;
    return hash;
  }

  /** The templates that a message can belong to: a list to add to, or an empty one where no room is left. */
  private branch(form: number, path: number): Template[] {
    const full = this.found.length >= MOST_TEMPLATES;
    let branches = this.forms.get(form);
    if (branches === undefined) {
      branches = { byPath: new Map(), rest: [] };
      if (!full) this.forms.set(form, branches);
    }
    let branch = branches.byPath.get(path);
    if (branch === undefined) {
      if (full || branches.byPath.size >= MOST_BRANCHES) return branches.rest;
      branch = [];
      branches.byPath.set(path, branch);
    }
    return branch;
  }

  private mostSimilar(
    branch: readonly Template[],
    message: string,
    component: string | null,
    level: string | null,
  ): Template | null {
    const enough = branch.length < MOST_IN_BRANCH ? SIMILARITY : 0;
    let best: Template | null = null;
    let bestSimilarity = -1;
    for (const template of branch) {
      if (template.component !== component || template.level !== level) continue;
      if (template.positions.length !== this.scanner.count) continue;
      const similarity = this.similarity(template, message);
      if (similarity === 1) return template;
      if (similarity >= enough && similarity > bestSimilarity) {
        best = template;
        bestSimilarity = similarity;
      }
    }
    return best;
  }

  /** The share of the message's text that the template has at the same places; 1 for a message without text. */
  private similarity(template: Template, message: string): number {
    const { starts, ends, kinds, count } = this.scanner;
    let words = 0;
    let same = 0;
    for (let index = 0; index < count; index++) {
      if (kinds[index] !== TEXT) continue;
      words++;
      const position = template.positions[index] as Position;
      if (!position.varies && isWord(message, starts[index] as number, ends[index] as number, position.text))
        same++;
    }
    return words === 0 ? 1 : same / words;
  }

  /** Makes the template as general as the message needs it to be. */
  private generalise(template: Template, message: string): void {
    const { starts, ends, count } = this.scanner;
    for (let index = 0; index < count; index++) {
      const position = template.positions[index] as Position;
      const start = starts[index] as number;
      const end = ends[index] as number;
      if (
        position.varies
          ? message.startsWith(position.text, start)
          : isWord(message, start, end, position.text)
      ) {
        continue;
      }
      position.text = sharedBeginning(position.text, message.slice(start, end));
      position.varies = true;
    }
  }

  private create(message: string, event: EventHead): Template {
    const { starts, ends, kinds, count } = this.scanner;
    const positions: Position[] = [];
    const separators: string[] = [];
    let behind = 0;
    for (let index = 0; index < count; index++) {
      const start = starts[index] as number;
      const end = ends[index] as number;
      const masked = kinds[index] === MASKED;
      separators.push(separator(message, behind, start));
      positions.push({ text: masked ? '' : detached(message.slice(start, end)), varies: masked });
      behind = end;
    }
    const newline = message.indexOf('\n', behind);
    separators.push(separator(message, behind, newline === -1 ? message.length : newline));
    return this.register(new Template(this.found.length, event, positions, separators));
  }

  private leftOver(line: number, time: string | null): Template {
    this.anything ??= this.register(
      new Template(
        this.found.length,
        { component: null, level: null, line, time },
        [{ text: '', varies: true }],
        ['', ''],
      ),
    );
    return this.anything;
  }

  private register(template: Template): Template {
    this.found.push(template);
    return template;
  }
}

function count(template: Template, line: number, time: string | null): void {
  template.count++;
  template.lastLine = line;
  template.lastTime = time;
}

function isWord(message: string, start: number, end: number, word: string): boolean {
  return end - start === word.length && message.startsWith(word, start);
}

function separator(message: string, start: number, end: number): string {
  return detached(message.slice(start, Math.min(end, start + LONGEST_SEPARATOR)));
}

/** A copy that does not keep the whole line in memory, as a slice of it does. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

const DIGITS_AT_END = /\d+$/;
const NAME_PART_AT_END = /[^_.\-+$@#%*~&!?\\^]+$/;
const FOLDER_PART_AT_END = /[^/]+$/;

/** What two words begin with, up to the end of a part of a name (`sensor-`) or to where a number begins (`C`). */
function sharedBeginning(one: string, other: string): string {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length++;
  const shared = one.slice(0, length);
  const beforeNumber = shared.replace(DIGITS_AT_END, '');
  const numbersFollow = isDigit(one[beforeNumber.length]) && isDigit(other[beforeNumber.length]);
  return numbersFollow && /^\w*$/.test(beforeNumber)
    ? beforeNumber
    : shared.replace(one.startsWith('/') ? FOLDER_PART_AT_END : NAME_PART_AT_END, '');
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}
