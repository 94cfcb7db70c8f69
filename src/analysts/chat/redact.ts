const SECRET_NAME = /(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/;
const MASK = '[redacted]';

/** What keys and bearer tokens look like wherever they come from. */
const LOOKS_SECRET = /\b(Bearer\s+)[\w.~+/-]{8,}=*|\bsk-[\w-]{12,}/gi;

/**
 * Takes keys out of a text: the values of all variables whose name says that they are secret, and whatever looks like
 * a bearer token or an API key.
 */
export type Redact = (text: string) => string;

/** A `Redact` for the secrets of an environment and for `more` of them. */
export function redactor(
  environment: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Redact {
  const withoutKeys = keyRedactor(environment, more);
  return (text) =>
    withoutKeys(text).replace(LOOKS_SECRET, (_, bearer: string | undefined) => `${bearer ?? ''}${MASK}`);
}

/** The same for these secrets alone: what only looks like one is left to whoever gives it a name. */
export function keyRedactor(
  environment: Readonly<Record<string, string | undefined>>,
  more: readonly string[] = [],
): Redact {
  const secrets = Object.entries(environment)
    .filter(([name]) => SECRET_NAME.test(name))
    .map(([, value]) => value ?? '')
    .concat(more)
    .filter((value) => value.length >= 8)
    // Longest first: a secret that begins like another one must not leave its end behind.
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of new Set(secrets)) clean = clean.replaceAll(secret, MASK);
    return clean;
  };
}
