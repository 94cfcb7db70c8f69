/** Memcheck's mark at the start of its lines. */
const REPORT_PREFIX = /^(==|--)(\d+)\1 ?/;
const MEMCHECK_ADDRESS = /^(\s*(?:at|by)) 0x[0-9A-Fa-f]+: /;
const SANITIZER_ADDRESS = /^(\s*#\d+) 0x[0-9a-f]+ (?:in )?/;
/** The object that memcheck itself puts before the C library's allocator. */
const TOOL_OBJECT = / \(in [^()]*\/vgpreload_[^()/]*\)$/;
const OBJECT = /\((in )?\/[^()]*\/([^()/+]+)(?:\+0x[0-9a-f]+)?\)(?: \(BuildId: [0-9a-f]+\))?$/;

/**
 * A line of a log without what means nothing to a reader: addresses of calls and folders of shared objects on stack
 * lines and, unless `keepPrefix`, memcheck's `==pid==`. Null for lines that hold nothing else. Lines of the
 * application stay as they are.
 */
export function cleanLine(line: string, keepPrefix: boolean): string | null {
  const [prefix = ''] = REPORT_PREFIX.exec(line) ?? [];
  const body = line.slice(prefix.length);
  if (body.trim() === '') return null;
  const frame = cleanFrame(body);
  return keepPrefix ? prefix + frame : frame;
}

function cleanFrame(body: string): string {
  const short = body.replace(MEMCHECK_ADDRESS, '$1 ').replace(SANITIZER_ADDRESS, '$1 ');
  if (short.length === body.length) return body;
  return short.replace(TOOL_OBJECT, '').replace(OBJECT, '($1$2)').replace(/^\s+/, '  ');
}
