// Thresholds as a program in Go computes them with math.Frexp and uint64, trace states as W3C and OpenTelemetry define them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bits56, fromBigInt, hexOf, isLess, randomOfTraceId, toBigInt } from './bits56.ts';
import {
  KEEP_ALL,
  KEEP_NONE,
  adjustedCountOf,
  keeps,
  parseThreshold,
  probabilityOf,
  thresholdFor,
  thresholdText,
} from './threshold.ts';
import { adjustedCount, parseTraceState, traceStateText } from './trace-state.ts';

const textOf = (threshold: Bits56 | undefined): string | undefined =>
  threshold === undefined ? undefined : thresholdText(threshold);

it.each<[probability: number, digits: number, text: string | undefined]>([
  [1, 4, '0'],
  [0.5, 1, '8'],
  [0.25, 14, 'c'],
  [0.75, 4, '4'],
  [0.1, 1, 'e'],
  [0.1, 4, 'e666'],
  [0.1, 14, 'e6666666666666'],
  [0.01, 1, 'fd'],
  [0.01, 4, 'fd70a'],
  [0.01, 14, 'fd70a3d70a3d71'],
  [0.001, 4, 'ffbe77'],
  [1 / 3, 4, 'aaab'],
  [1 / 3, 14, 'aaaaaaaaaaaaac'],
  [2 / 3, 1, '5'],
  [0.99, 1, '03'],
  [0.99, 4, '028f6'],
  [0.999, 14, '004189374bc6a8'],
  [1e-6, 4, 'ffffef39'],
  [1e-12, 1, 'ffffffffff'],
  [2 ** -56, 1, 'ffffffffffffff'],
  [1 - 2 ** -53, 4, '00000000000008'],
  [Math.fround(15.3) / 100, 14, 'd8d4fdeb851eb8'],
  [2 ** -57, 4, undefined],
  [0, 4, undefined],
  [1.1, 4, undefined],
  [Number.NaN, 4, undefined],
])('the threshold for %d with %d digits is %s', (probability, digits, text) => {
  expect(textOf(thresholdFor(probability, digits))).toBe(text);
});

it('compares, prints and reads all 56 bits', () => {
  const value = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [x, y] = [fromBigInt(a), fromBigInt(b)];
      expect(toBigInt(x)).toBe(a);
      expect(isLess(x, y)).toBe(a < b);
      expect(keeps(x, y)).toBe(b >= a);
      expect(parseThreshold(thresholdText(x))).toEqual(x);
      expect(hexOf(x)).toBe(a.toString(16).padStart(14, '0'));
      expect(isLess(x, KEEP_NONE)).toBe(true);
    }),
  );
});

it('takes the last seven bytes of a trace id', () => {
  const id = Uint8Array.from(Buffer.from('000af7651916cd43dd8448eb211c80319c', 'hex'));
  expect(hexOf(randomOfTraceId(id, 1))).toBe('48eb211c80319c');
});

it.each<[threshold: string, probability: number, count: number]>([
  ['0', 1, 1],
  ['8', 0.5, 2],
  ['c', 0.25, 4],
  ['e666', 1 - 0xe666 / 65536, 65536 / (65536 - 0xe666)],
])('th:%s is probability %d, each kept one counts %d', (threshold, probability, count) => {
  const parsed = parseThreshold(threshold) ?? KEEP_NONE;
  expect(probabilityOf(parsed)).toBe(probability);
  expect(adjustedCountOf(parsed)).toBe(count);
  expect(adjustedCount(`ot=th:${threshold}`)).toBe(count);
});

describe('trace states', () => {
  it.each<[text: string, same: string]>([
    ['', ''],
    ['ot=th:8', 'ot=th:8'],
    ['ot=th:80', 'ot=th:8'],
    ['ot=th:0;rv:9b8233f7e3a151', 'ot=rv:9b8233f7e3a151;th:0'],
    ['vendor=a, ot=x:1;th:C ,b@sys=2', 'ot=th:c;x:1,vendor=a,b@sys=2'],
    ['a=1,,b=2', 'a=1,b=2'],
    ['ot=p:8', 'ot=p:8'],
  ])('%j is read, and written as %j', (text, same) => {
    const state = parseTraceState(text);
    expect(state === undefined ? undefined : traceStateText(state)).toBe(same);
  });

  it.each([
    'ot=',
    'ot=th',
    'ot=th:',
    'ot=th:123456789abcdef',
    'ot=th:xyz',
    'ot=rv:1234',
    'ot=th:8,B=1',
    'a',
    '=x',
    'a=b=c',
    `a=${'x'.repeat(257)}`,
    Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(','),
    `a=${'x'.repeat(200)},`.repeat(6),
    `ot=x:${'y'.repeat(255)}`,
  ])('%j is none', (text) => {
    expect(parseTraceState(text)).toBeUndefined();
  });

  it('KEEP_ALL is said, KEEP_NONE cannot be', () => {
    const state = { randomness: undefined, otherParts: [], otherMembers: ['a=1'] };
    expect(traceStateText({ ...state, threshold: KEEP_ALL })).toBe('ot=th:0,a=1');
    expect(traceStateText({ ...state, threshold: KEEP_NONE })).toBe('a=1');
  });

  it.each<[text: string, count: number | undefined]>([
    ['a=b', undefined],
    ['ot=rv:00000000000000', undefined],
    ['nonsense!,ot=x:;th:8', 2],
    ['ot=th:123456789abcdef', undefined],
  ])('the count of %j is %s', (text, count) => {
    expect(adjustedCount(text)).toBe(count);
  });
});
