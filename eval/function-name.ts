const OPERATOR = /^operator\s*(?:<=>|<<=|>>=|->\*|\(\)|\[\]|<<|>>|<=|>=|->|[<>])/;
const COMPILER_SUFFIX = /(?:\.(?:isra|part|constprop|cold|lto_priv)(?:\.\d+)*)+$|@@?[\w.]+$/;

/**
 * A function's name for comparison: without arguments, template arguments, what the compiler appends to clones
 * (`.isra.0`), symbol versions (`@@GLIBC_2.2.5`) and space. `std::vector<int>::push_back(int const&)` reads
 * `std::vector::push_back`.
 */
export function functionName(written: string): string {
  const text = written.trim().replace(/^`+|`+$/g, '');
  let name = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const operator = depth === 0 ? OPERATOR.exec(text.slice(at, at + 16)) : null;
    const char = text[at] as string;
    if (operator !== null && !/\w$/.test(name)) {
      name += operator[0].replace(/\s/g, '');
      at += operator[0].length - 1;
    } else if (char === '<') {
      depth++;
    } else if (char === '>') {
      depth = Math.max(0, depth - 1);
    } else if (depth === 0 && char === '(') {
      // Arguments end the name; `(below main)` and `(anonymous namespace)::` begin one.
      if (name !== '' && !name.endsWith('::')) break;
      const close = text.indexOf(')', at);
      if (close === -1) break;
      name += text.slice(at, close + 1);
      at = close;
    } else if (depth === 0) {
      name += char;
    }
  }
  return name.trim().replace(COMPILER_SUFFIX, '');
}
