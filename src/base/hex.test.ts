import { expect, it } from 'vitest';
import { fromHex, toHex } from './hex.ts';

it.each([
  ['', []],
  ['00ff', [0, 255]],
  ['5B8EfFf7', [0x5b, 0x8e, 0xff, 0xf7]],
])('%s is read, and written in lower case', (text, bytes) => {
  expect(fromHex(text)).toEqual(Uint8Array.from(bytes));
  expect(toHex(Uint8Array.from(bytes))).toBe(text.toLowerCase());
});

it.each(['0', 'abc', '0g', 'g0', ' 1', '0x12', 'é1', '@@'])('%j is not hex', (text) => {
  expect(fromHex(text)).toBeUndefined();
});
