import { expect, it } from 'vitest';
import { parsePostmasterFile } from './left-over.ts';

it.each([
  ['4711\n/data/postgresql\n1795374757\n5432\n', { pid: 4711, directory: '/data/postgresql' }],
  ['4711\n', undefined],
  ['\n/data\n', undefined],
  ['1\n/data\n', undefined],
  ['-5\n/data\n', undefined],
  ['', undefined],
])('%j', (text, expected) => {
  expect(parsePostmasterFile(text)).toEqual(expected);
});
