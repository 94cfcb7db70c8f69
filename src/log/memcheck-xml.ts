import { createRequire } from 'node:module';
import type * as Saxes from 'saxes';
import type { DocumentBuilder } from './document-builder.js';
import type { LineReader } from './line-reader.js';
import { XmlReport } from './memcheck-xml-report.js';

const DECLARATION = /^<\?xml version="1\.0"\?>\s*$/;
const ROOT = /^(?:<\?xml version="1\.0"\?>\s*)?<valgrindoutput>/;
const BARE_AMPERSAND = /&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/g;
const MARKUP = /<[/!?a-z][^<>]*>/;

const require = createRequire(import.meta.url);

/** The SAX parser's package is loaded with the first XML that is met: most logs hold none. */
function newParser(): Saxes.SaxesParser {
  const { SaxesParser } = require('saxes') as typeof Saxes;
  return new SaxesParser();
}

/** A document begins within so many lines of its declaration, or it is not Memcheck's. */
const LONGEST_WAIT = 100;
/** A line that is one element with text in it, as most of Valgrind's lines are. */
const ONE_ELEMENT = /^ *<([a-z_]+)>([^<>&]*)<\/([a-z_]+)>$/;
/** Different lines that are remembered; frames repeat, so that a few make up most of a report. */
const MOST_REMEMBERED = 50_000;

/** Elements that hold elements: what else stands in them is not the report's. */
const CONTAINERS = new Set(
  (
    'valgrindoutput preamble args vargv argv status error fatal_signal stack frame xwhat xauxwhat suppression ' +
    'sframe errorcounts suppcounts pair error_summary heap_summary memory_in_use_at_exit total_heap_usage ' +
    'leak_summary definitely_lost indirectly_lost possibly_lost still_reachable clientmsg'
  ).split(' '),
);

/**
 * Reads Memcheck's XML (`--xml=yes`), protocols 4 to 6 (docs/internals/xml-output-protocol4.txt and its successors in
 * Valgrind's source), also where it is cut short or mixed with the application's lines.
 *
 * No element holds the number of a loss record; the `<text>` of a leak does (`in loss record 5 of 2,283`), and that is
 * taken. A leak whose text does not tell it is numbered by its place in the log. Nor does an element tell leak checks
 * apart: a check ends with FINISHED, with a leak summary (protocol 6), and where the numbers of the records, which
 * rise within a check, do not rise.
 */
class MemcheckXmlReader implements LineReader {
  private readonly builder: DocumentBuilder;
  private parser: Saxes.SaxesParser | null = null;
  private report: XmlReport | null = null;
  /** The line of an XML declaration whose document has not begun. */
  private declared: number | null = null;
  private path: string[] = [];
  private text = '';
  private readonly elements = new Map<string, { readonly name: string; readonly text: string }>();
  private line = 0;

  constructor(builder: DocumentBuilder) {
    this.builder = builder;
  }

  get active(): boolean {
    return this.report !== null || this.declared !== null;
  }

  take(text: string, line: number): boolean {
    this.line = line;
    if (this.report !== null && this.takeElement(this.report, text)) return true;
    if (text.startsWith('<') && (ROOT.test(text) || DECLARATION.test(text))) {
      this.cut(line - 1);
      if (!ROOT.test(text)) {
        this.declared = line;
        return true;
      }
      this.begin(line);
    } else if (this.report === null) {
      if (this.declared !== null && line - this.declared > LONGEST_WAIT) this.forgetDeclaration();
      return this.declared !== null && text.trim() === '';
    } else if (this.isForeign(text)) return false;
    this.parser?.write(`${this.escaped(text)}\n`);
    return true;
  }

  /** Takes a line that is one element without the parser, whose state such a line does not change. */
  private takeElement(report: XmlReport, line: string): boolean {
    const parent = this.path.at(-1);
    if (parent === undefined || !CONTAINERS.has(parent) || this.text.trim() !== '') return false;
    let element = this.elements.get(line);
    if (element === undefined) {
      const [, name = '', text = '', close] = ONE_ELEMENT.exec(line) ?? [];
      if (name === '' || name !== close || CONTAINERS.has(name)) return false;
      element = { name, text: text.trim() };
      if (this.elements.size < MOST_REMEMBERED) this.elements.set(line, element);
    }
    report.open(element.name, parent, this.line);
    report.close(element.name, parent, element.text, this.line);
    return true;
  }

  /** An ampersand that begins no entity would take in all that follows. */
  private escaped(text: string): string {
    if (!text.includes('&')) return text;
    const escaped = text.replace(BARE_AMPERSAND, '&amp;');
    if (escaped !== text) {
      this.builder.addProblem(
        this.line,
        'malformed XML: an ampersand that is not escaped',
        'read as it stands',
      );
    }
    return escaped;
  }

  end(line: number): void {
    this.cut(line);
    if (this.declared !== null) this.forgetDeclaration();
  }

  private forgetDeclaration(): void {
    this.builder.addProblem(
      this.declared ?? 1,
      'an XML declaration',
      'left out: no report of Memcheck follows',
    );
    this.declared = null;
  }

  /** A line of the application's, written between elements. */
  private isForeign(text: string): boolean {
    const within = this.path.at(-1);
    const betweenElements = within === undefined || (CONTAINERS.has(within) && this.text.trim() === '');
    return betweenElements && text.trim() !== '' && !MARKUP.test(text) && !/^\s*</.test(text);
  }

  private begin(line: number): void {
    const parser = newParser();
    const report = new XmlReport(this.builder, line);
    this.builder.sawFormat('memcheck-xml');
    this.parser = parser;
    this.report = report;
    this.declared = null;
    this.path = [];
    this.text = '';
    parser.on('opentag', ({ name }) => {
      this.flagText();
      report.open(name, this.path.at(-1) ?? '', this.line);
      this.path.push(name);
    });
    parser.on('text', (text) => {
      this.text += text;
    });
    parser.on('cdata', (text) => {
      this.text += text;
    });
    parser.on('closetag', ({ name }) => {
      this.path.pop();
      const parent = this.path.at(-1) ?? '';
      if (CONTAINERS.has(name)) this.flagText();
      report.close(name, parent, this.text.trim(), this.line);
      this.text = '';
      if (this.path.length === 0) this.finish(true);
    });
    parser.on('error', ({ message }) => {
      const what = `malformed XML: ${message.replace(/^\S*\d+:\d+: /, '')}`;
      this.builder.addProblem(this.line, what, 'the elements around it are read');
    });
  }

  /** Text between elements was glued to the line of one. */
  private flagText(): void {
    const text = this.text.trim();
    this.text = '';
    if (text !== '')
      this.builder.addProblem(this.line, `text between elements: ${text.slice(0, 200)}`, 'left out');
  }

  private cut(line: number): void {
    if (this.report === null) return;
    this.report.end(false, line);
    this.finish(false);
  }

  private finish(complete: boolean): void {
    if (complete) this.report?.end(true, this.line);
    this.report = null;
    this.parser = null;
  }
}

/** Makes the reader of Memcheck's XML. */
export function memcheckXmlReader(builder: DocumentBuilder): LineReader {
  return new MemcheckXmlReader(builder);
}
