import type { AnswerInRun, RunComparison } from '../../eval/compare-runs.js';
import { plainTable } from './plain-table.js';
import { counted, printable, shorten } from './printable.js';

/** Two runs side by side for the terminal: figures that differ, questions whose outcome flipped with their answers. */
export function comparisonText(comparison: RunComparison, width: number): string {
  const { first, second, contestants, cases, onlyFirst, onlySecond, truthChanged, figures, flips } =
    comparison;
  const parts = [
    `${counted(contestants.length, 'contestant')} on ${counted(cases.length, 'case')} in both ${first} and ${second}.\n`,
  ];
  const aside: [string, readonly string[]][] = [
    [`Only in ${first}`, onlyFirst],
    [`Only in ${second}`, onlySecond],
    ['Truth changed in between', truthChanged],
  ];
  for (const [what, ids] of aside) if (ids.length > 0) parts.push(`${what}: ${printable(ids.join(', '))}\n`);
  const differing = figures.filter(({ firstBetter, secondBetter }) => firstBetter + secondBetter > 0);
  if (differing.length > 0) {
    parts.push(
      '\n',
      plainTable(
        ['contestant', 'figure', 'difference', 'better', 'worse', 'p'],
        differing.map(({ contestant, figure, difference, firstBetter, secondBetter, p }) => [
          shorten(printable(contestant), 30),
          figure,
          difference.value.toFixed(3),
          firstBetter,
          secondBetter,
          p.toFixed(3),
        ]),
      ),
    );
  }
  parts.push(
    `\n${flips.length === 0 ? 'No outcome flipped' : `${counted(flips.length, 'outcome')} flipped`}.\n`,
  );
  for (const { contestant, case: id, stage, repeat, first: one, second: other } of flips) {
    parts.push(
      `\n${printable(contestant)} on ${id}, ${stage}, repeat ${repeat}: ${one.outcome} → ${other.outcome}\n`,
    );
    parts.push(answerLine(first, one, width), answerLine(second, other, width));
  }
  return parts.join('');
}

function answerLine(run: string, { text }: AnswerInRun, width: number): string {
  const conclusion = text === null ? '(no reply)' : (text.trim().split('\n').at(-1) ?? '');
  return `  ${shorten(`${run}: ${printable(conclusion)}`, width - 2)}\n`;
}
