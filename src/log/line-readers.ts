import type { LineReaderFactory } from './line-reader.js';
import { memcheckXmlReader } from './memcheck-xml.js';
import { sanitizerReader } from './sanitizer.js';

/** The formats beside Memcheck's text, in the order in which they are offered a line. */
export const LINE_READERS: readonly LineReaderFactory[] = [memcheckXmlReader, sanitizerReader];
