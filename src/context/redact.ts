import { isIPv4, isIPv6 } from 'node:net';

/** Takes what must not leave the machine out of texts, and puts it back into answers. */
export interface Redactor {
  /** The line with a name in the place of each secret; the same secret always gets the same name. */
  readonly redact: (line: string) => string;
  /** A text in which names stand, such as an answer, with the secrets again. */
  readonly restore: (text: string) => string;
  /** Secrets by name, in the order of their first appearance: to be kept beside the answers, and nowhere else. */
  readonly mapping: () => Readonly<Record<string, string>>;
}

type Kind = 'EMAIL' | 'URL-LOGIN' | 'IP' | 'MAC' | 'HOST' | 'SECRET' | 'USER' | 'TEXT';

interface Rule {
  readonly kind: Kind;
  /** The secret is the group named `secret`, else the whole match. */
  readonly pattern: RegExp;
  readonly isSecret?: (text: string) => boolean;
}

const NAME = /<(?:EMAIL|URL-LOGIN|IP|MAC|HOST|SECRET|USER|TEXT)-\d+>/g;

/** Top-level domains of hosts in logs; those that are also endings of source files (`.py`, `.rs`) are left out. */
const DOMAIN =
  '(?:com|net|org|edu|gov|mil|int|info|biz|io|dev|app|cloud|tech|online|local|localdomain|internal|intranet|lan|corp|home|test|example|arpa|' +
  'de|at|ch|uk|fr|nl|be|es|it|pt|se|no|dk|fi|eu|us|ca|au|nz|jp|cn|kr|in|br|mx|ru|ua|cz|tr|za|sg|hk|tw|il|ie|gr|hu|ro)';

/** Names that tell nothing about anybody. */
const PUBLIC_HOST =
  /^(?:localhost|localhost\.localdomain|.*\.example(?:\.(?:com|net|org))?|example\.(?:com|net|org))$/i;

const HOST_NAME = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

/** In the order in which they apply: what an earlier rule has named, later ones leave alone. */
const RULES: readonly Rule[] = [
  { kind: 'TEXT', pattern: NAME },
  { kind: 'SECRET', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g },
  { kind: 'URL-LOGIN', pattern: /(?<=\b[a-z][a-z0-9+.-]*:\/\/)(?<secret>[^\s/@:]+:[^\s/@]*)(?=@)/gi },
  { kind: 'EMAIL', pattern: /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi },
  {
    kind: 'SECRET',
    pattern: /\b(?:authorization\s*[:=]\s*)?(?:bearer|basic)\s+(?<secret>[A-Za-z0-9._~+/-]{8,}=*)/gi,
  },
  {
    kind: 'SECRET',
    pattern:
      /\b(?:[\w-]*(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?token|token))["']?\s*[=:]\s*["']?(?<secret>[^\s"',;&)<>]{4,})/gi,
    isSecret: (text) => !/^(?:0x[0-9a-f]+|null|none|nil|true|false|\(.*|\*+)$/i.test(text),
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
    isSecret: (text) => !PUBLIC_HOST.test(text) && !isIPv4(text) && /[a-z]/i.test(text),
  },
  {
    kind: 'USER',
    pattern: /(?:\/home\/|\/Users\/|[A-Za-z]:\\Users\\)(?<secret>[^\s/\\:"'()<>]+)/g,
    isSecret: (text) => !/^(?:Shared|Public|Default|linuxbrew)$/.test(text),
  },
];

/**
 * Makes a redactor for e-mail, IP and MAC addresses, host names, logins in URLs, passwords, tokens and keys, and the
 * user's name in home directories. Names look like `<HOST-1>`. What already looks like such a name is named, too, so
 * that `restore` always gives back what was there.
 */
export function makeRedactor(): Redactor {
  const names = new Map<string, string>();
  const secrets = new Map<string, string>();
  const counts = new Map<Kind, number>();
  const nameOf = (kind: Kind, secret: string): string => {
    const key = `${kind} ${secret}`;
    let name = names.get(key);
    if (name === undefined) {
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      name = `<${kind}-${count}>`;
      names.set(key, name);
      secrets.set(name, secret);
    }
    return name;
  };
  return {
    redact: (line) => RULES.reduce((text, rule) => applyRule(text, rule, nameOf), line),
    restore: (text) => text.replace(NAME, (name) => secrets.get(name) ?? name),
    mapping: () => Object.fromEntries(secrets),
  };
}

/** Replaces the secrets of one rule, outside of the names that stand in the text already. */
function applyRule(text: string, rule: Rule, nameOf: (kind: Kind, secret: string) => string): string {
  const parts = rule.kind === 'TEXT' ? [text] : text.split(new RegExp(`(${NAME.source})`, 'g'));
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(rule.pattern, (match: string, ...groups: unknown[]) => {
            const named = groups.at(-1);
            const secret =
              typeof named === 'object' && named !== null ? (named as Record<string, string>).secret : match;
            if (secret === undefined || rule.isSecret?.(secret) === false) return match;
            const at = match.lastIndexOf(secret);
            return match.slice(0, at) + nameOf(rule.kind, secret) + match.slice(at + secret.length);
          }),
    )
    .join('');
}
