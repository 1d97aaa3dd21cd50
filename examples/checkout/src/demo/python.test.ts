import { expect, it } from 'vitest';
import { isRecent, parseVersion } from './python.ts';

it.each([
  ['Python 3.11.7\n', '3.11.7', true],
  ['Python 3.10.0', '3.10.0', true],
  ['Python 3.9.18', '3.9.18', false],
  ['Python 3.14.0rc1', '3.14.0', true],
  ['Python 2.7.18', '2.7.18', false],
  ['zsh: command not found', undefined, false],
])('%s', (text, version, recent) => {
  expect(parseVersion(text)).toBe(version);
  expect(version !== undefined && isRecent(version)).toBe(recent);
});
