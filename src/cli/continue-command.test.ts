import { expect, test } from 'vitest';
import { continueCommand } from './continue-command.js';

test.each([
  [['bench'], 'leaktrail bench'],
  [['bench', 'mine.yaml', '--yes', '--fresh'], 'leaktrail bench mine.yaml --yes'],
  [['bench', "it's mine.yaml"], "leaktrail bench 'it'\\''s mine.yaml'"],
  [['bench', '$(rm).yaml', ''], "leaktrail bench '$(rm).yaml' ''"],
])('%j is continued by %s', (words, expected) => {
  expect(continueCommand(words)).toBe(expected);
});
