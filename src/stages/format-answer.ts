import type { Verdict } from '../cases/truth.js';
import type { Answer } from './answer.js';

/** What an answer says, without how it was said. Lists that are left out are empty. */
export type Statement = Pick<Answer, 'stage'> & { readonly verdict: Verdict } & Partial<
    Pick<Answer, 'records' | 'processes' | 'calls' | 'functions' | 'mechanism'>
  >;

/**
 * The canonical text of an answer (docs/answers.md): for the root cause its `Function:` and `Mechanism:` lines where
 * they are known, then the verdict with its citations. `parseAnswer` reads it back as the same answer.
 */
export function formatAnswer(statement: Statement): string {
  const { stage, verdict, records = [], processes = [], calls = [], functions = [] } = statement;
  const lines: string[] = [];
  if (stage === 'root-cause') {
    if (functions.length > 0) lines.push(`Function: ${functions.map(formatName).join(', ')}`);
    if (statement.mechanism) lines.push(`Mechanism: ${statement.mechanism}`);
  }
  const items =
    stage === 'relationship'
      ? [
          ...processes.map(([one, other]) => `${formatName(one)} <-> ${formatName(other)}`),
          ...calls.map(([caller, callee]) => `${formatName(caller)} -> ${formatName(callee)}`),
        ].join(', ')
      : records.join(',');
  lines.push(verdict === 'UNSURE' && items === '' ? verdict : `${verdict}:<${items}>`);
  return lines.join('\n');
}

/** A name that the list's own signs cannot tear apart; with such signs in it, it stands between backticks. */
function formatName(name: string): string {
  const clean = name.replace(/[`\s]+/g, ' ').trim();
  return /^[\w.:~@/$ -]+(?: \([\w .-]+\))?$/.test(clean) && !/->|^[\d.-]|^\s*-|-$/.test(clean)
    ? clean
    : `\`${clean}\``;
}
