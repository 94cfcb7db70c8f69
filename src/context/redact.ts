import { isIPv4, isIPv6 } from 'node:net';

/** Takes what must not leave the machine out of texts, and puts it back into answers. */
export interface Redactor {
  /** The line with a name in the place of each secret; the same secret always gets the same name. */
  readonly redact: (line: string) => string;
  /**
   * A text in which names stand, such as an answer, with the secrets again.
   *
   * @param written how a secret is written where it is put; as it is where absent
   */
  readonly restore: (text: string, written?: (secret: string) => string) => string;
  /**
   * What somebody else said, in which names can stand already, without the secrets that are known by now. They are
   * found wherever they stand, also as JSON writes them; one of less than four characters only where it is a word. What
   * stands unnamed in the log as well is shown to everybody who sees the log, and stays.
   */
  readonly cover: (text: string) => string;
  /** A text of ours or a restored one with names again, before it goes out: new secrets get names, too. */
  readonly hide: (text: string) => string;
  /** Secrets by name, in the order of their first appearance: to be kept beside the answers, and nowhere else. */
  readonly mapping: () => Readonly<Record<string, string>>;
  /** A redactor that begins with the same names and goes on by itself. */
  readonly fork: () => Redactor;
}

type Kind = 'EMAIL' | 'URL-LOGIN' | 'IP' | 'MAC' | 'HOST' | 'SECRET' | 'USER' | 'TEXT';

interface Rule {
  readonly kind: Kind;
  /** The secret is the group named `secret`, else the whole match. */
  readonly pattern: RegExp;
  readonly isSecret?: (text: string) => boolean;
}

/** What stands in the place of a secret. */
export const NAME = /<(?:EMAIL|URL-LOGIN|IP|MAC|HOST|SECRET|USER|TEXT)-\d+>/g;
const NAMES = new RegExp(`(${NAME.source})`);

/** Top-level domains of hosts in logs; those that are also endings of source files (`.py`, `.rs`) are left out. */
const DOMAIN =
  '(?:com|net|org|edu|gov|mil|int|info|biz|io|dev|app|cloud|tech|online|local|localdomain|internal|intranet|lan|corp|home|test|example|arpa|' +
  'de|at|ch|uk|fr|nl|be|es|it|pt|se|no|dk|fi|eu|us|ca|au|nz|jp|cn|kr|in|br|mx|ru|ua|cz|tr|za|sg|hk|tw|il|ie|gr|hu|ro)';

/** Names that tell nothing about anybody. */
const PUBLIC_HOST =
  /^(?:localhost|localhost\.localdomain|.*\.example(?:\.(?:com|net|org))?|example\.(?:com|net|org))$/i;

const HOST_NAME = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

function isNamedHost(text: string): boolean {
  return !PUBLIC_HOST.test(text) && !isIPv4(text) && /[a-z]/i.test(text);
}

const TEXT_RULE: Rule = { kind: 'TEXT', pattern: NAME };

/** In the order in which they apply: what an earlier rule has named, later ones leave alone. */
const SECRET_RULES: readonly Rule[] = [
  { kind: 'SECRET', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g },
  // The lines of a key in a PEM block.
  { kind: 'SECRET', pattern: /^\s*(?<secret>[A-Za-z0-9+/]{60,76}={0,2})\s*$/g },
  // Before logins and addresses are named: behind those nothing would tell that it is a host.
  {
    kind: 'HOST',
    pattern: new RegExp(`://[^\\s/@]+@(?<secret>${HOST_NAME}(?:\\.${HOST_NAME})*)(?![\\w.-])`, 'gi'),
    isSecret: isNamedHost,
  },
  { kind: 'URL-LOGIN', pattern: /(?<=\b[a-z][a-z0-9+.-]*:\/\/)(?<secret>[^\s/@:]+:[^\s/@]*)(?=@)/gi },
  { kind: 'EMAIL', pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi },
  {
    kind: 'SECRET',
    pattern: /\b(?:authorization\s*[:=]\s*)?(?:bearer|basic)\s+(?<secret>[A-Za-z0-9._~+/-]{8,}=*)/gi,
  },
  {
    kind: 'SECRET',
    // Two colons are a name of C++, such as `json::token::next`.
    pattern:
      /\b(?:[\w-]*(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|token))["']?\s*(?:=|:(?!:))\s*["']?(?<secret>[^\s"',;&)<>]{4,})/gi,
    isSecret: (text) => !/^(?:0x[0-9a-f]+|null|none|nil|true|false|\(.*|\*+|\[redacted\])$/i.test(text),
  },
  {
    kind: 'SECRET',
    pattern:
      /\b(?:sk-[\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g,
  },
  { kind: 'MAC', pattern: /(?<![\w:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/gi },
  {
    kind: 'IP',
    pattern: /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d\.|\w)/g,
    isSecret: (text) => isIPv4(text) && !/^(?:127\.|0\.0\.0\.0$|255\.255\.255\.255$)/.test(text),
  },
  {
    kind: 'IP',
    pattern: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?<=::))(?![\w:])/gi,
    isSecret: (text) => isIPv6(text) && /\d/.test(text) && !/^(?:0*:)*0*1?$/.test(text),
  },
  {
    kind: 'HOST',
    pattern: new RegExp(`(?<![\\w./@-])(?:${HOST_NAME}\\.)+${DOMAIN}(?![\\w-]|\\.\\w)`, 'gi'),
    isSecret: (text) => !PUBLIC_HOST.test(text),
  },
  {
    kind: 'HOST',
    pattern: new RegExp(
      `(?:\\b(?:host|hostname|nodename|servername)["']?\\s*[=:]\\s*["']?|://)(?<secret>${HOST_NAME}(?:\\.${HOST_NAME})*)(?![\\w.-])`,
      'gi',
    ),
    isSecret: isNamedHost,
  },
  {
    kind: 'USER',
    pattern: /(?:\/home\/|\/Users\/|[A-Za-z]:\\Users\\)(?<secret>[^\s/\\:"'()<>]+)/g,
    isSecret: (text) => !/^(?:Shared|Public|Default|linuxbrew)$/.test(text),
  },
];
const RULES: readonly Rule[] = [TEXT_RULE, ...SECRET_RULES];

/** Lets everything stand as it is. */
export const noRedactor: Redactor = {
  redact: (line) => line,
  restore: (text) => text,
  cover: (text) => text,
  hide: (text) => text,
  mapping: () => ({}),
  fork: () => noRedactor,
};

/**
 * Makes a redactor for e-mail, IP and MAC addresses, host names, logins in URLs, passwords, tokens and keys, and the
 * user's name in home directories. Names look like `<HOST-1>`. What already looks like such a name is named, too, so
 * that `restore` always gives back what was there.
 *
 * @param known secrets by name, as `mapping` gives them
 * @param shown the log with names in the place of its secrets: what stands in it is no secret to keep
 */
export function makeRedactor(known: Readonly<Record<string, string>> = {}, shown = ''): Redactor {
  return redactorOver(known, shownIn(shown));
}

function redactorOver(known: Readonly<Record<string, string>>, isShown: IsShown): Redactor {
  const secrets = new Map(Object.entries(known));
  const names = new Map([...secrets].map(([name, secret]) => [secret, name]));
  const counts = new Map<string, number>();
  for (const name of secrets.keys()) {
    const kind = name.slice(1, name.lastIndexOf('-'));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const nameOf: NameOf = (kind, secret) => {
    let name = names.get(secret);
    if (name === undefined) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      name = `<${kind}-${count}>`;
      names.set(secret, name);
      secrets.set(name, secret);
    }
    return name;
  };
  const cover = (text: string) => {
    const forms = formsOf(names, text);
    return forms.size === 0 ? text : outsideOfNames(text, (part) => replaceForms(part, forms, isShown));
  };
  return {
    redact: (line) => applyRules(line, RULES, nameOf),
    restore: (text, written = (secret) => secret) =>
      text.replace(NAME, (name) => {
        const secret = secrets.get(name);
        return secret === undefined ? name : written(secret);
      }),
    cover,
    hide: (text) => applyRules(cover(applyRule(text, TEXT_RULE, nameOf)), SECRET_RULES, nameOf),
    mapping: () => Object.fromEntries(secrets),
    fork: () => redactorOver(Object.fromEntries(secrets), isShown),
  };
}

type NameOf = (kind: Kind, secret: string) => string;

/** The name for each way in which a secret is written in a text. */
function formsOf(names: ReadonlyMap<string, string>, text: string): Map<string, string> {
  const forms = new Map<string, string>();
  for (const [secret, name] of names) {
    if (name.startsWith('<TEXT-')) continue;
    for (const form of formsOfOne(secret, name)) if (text.includes(form)) forms.set(form, name);
  }
  return forms;
}

function formsOfOne(secret: string, name: string): string[] {
  const forms = [secret];
  const asInJson = JSON.stringify(secret).slice(1, -1);
  if (asInJson !== secret) forms.push(asInJson);
  // The password of a login is as secret without the user before it.
  if (name.startsWith('<URL-LOGIN-')) forms.push(secret.slice(secret.indexOf(':') + 1));
  return forms.filter((form) => form !== '');
}

/** Characters of a secret from which on it is one wherever it stands; shorter ones are parts of other words. */
const NOTABLE = 4;

function replaceForms(text: string, forms: ReadonlyMap<string, string>, isShown: IsShown): string {
  const hidden = [...forms.keys()].filter((form) => !isShown(form)).sort((a, b) => b.length - a.length);
  if (hidden.length === 0) return text;
  return text.replace(new RegExp(hidden.map(patternOf).join('|'), 'g'), (form) => forms.get(form) ?? form);
}

function patternOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return form.length < NOTABLE ? `(?<!\\w)${literal}(?!\\w)` : literal;
}

/** Whether a secret stands in the redacted log all the same, such as the user `hash` in `qd_hash_free`. */
type IsShown = (form: string) => boolean;

function shownIn(log: string): IsShown {
  const known = new Map<string, boolean>();
  return (form) => {
    let shown = known.get(form);
    if (shown === undefined) {
      shown = new RegExp(patternOf(form)).test(log);
      known.set(form, shown);
    }
    return shown;
  };
}

function applyRules(text: string, rules: readonly Rule[], nameOf: NameOf): string {
  return rules.reduce((done, rule) => applyRule(done, rule, nameOf), text);
}

/** Replaces the secrets of one rule, outside of the names that stand in the text already. */
function applyRule(text: string, { kind, pattern, isSecret }: Rule, nameOf: NameOf): string {
  const replaced = (part: string) =>
    part.replace(pattern, (match: string, ...groups: unknown[]) => {
      const named = groups.at(-1);
      const secret =
        typeof named === 'object' && named !== null ? (named as Record<string, string>).secret : match;
      if (secret === undefined || isSecret?.(secret) === false) return match;
      const at = match.lastIndexOf(secret);
      return match.slice(0, at) + nameOf(kind, secret) + match.slice(at + secret.length);
    });
  return kind === 'TEXT' ? replaced(text) : outsideOfNames(text, replaced);
}

function outsideOfNames(text: string, change: (part: string) => string): string {
  if (!text.includes('<')) return change(text);
  return text
    .split(NAMES)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');
}
