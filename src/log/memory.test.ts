import { describe, expect, it } from 'vitest';
import type { LogRecord } from './contract.ts';
import { FillRate } from './fill-rate.ts';
import { RecentRecords } from './recent.ts';
import { Repeats } from './repeats.ts';

describe('Repeats', () => {
  const WINDOW_MS = 1000;

  it.each([
    ['at once', 0, true],
    ['within the window', 1000, true],
    ['after it', 1001, false],
    ['when the clock was set back', -500, true],
    ['when it was set back far', -5000, false],
  ])('%s: %i ms', (_name, laterMs, known) => {
    const repeats = new Repeats(10_000, WINDOW_MS);
    repeats.add('a', 10_000, 10_000);
    expect(repeats.has('a', 10_000 + laterMs)).toBe(known);
    expect(repeats.has('b', 10_000 + laterMs)).toBe(false);
  });

  it('remembers over the change of generations, and holds two at most', () => {
    const repeats = new Repeats(0, WINDOW_MS);
    for (let ms = 0; ms <= 3000; ms += 100) repeats.add(`at ${ms}`, ms, ms);
    expect(repeats.has('at 2100', 3000)).toBe(true);
    expect(repeats.has('at 1900', 3000)).toBe(false);
    for (let index = 0; index < 500_000; index++) repeats.add(`many ${index}`, 3000, 3000);
    expect(repeats.has('many 499999', 3000)).toBe(true);
    expect(repeats.has('at 3000', 3000)).toBe(false); // gave way: memory is bounded first
  });
});

describe('RecentRecords', () => {
  const record = (position: number): LogRecord => ({
    signal: 'traces',
    receiver: 'otlp',
    peer: '',
    receivedAtMs: position,
    headers: {},
    bytes: new Uint8Array(600),
    items: 1,
    position,
    next: position + 700,
  });

  it('keeps the newest within its bytes, and says what it covers', () => {
    const recent = new RecentRecords(0, 10_000); // ten records of 600 + 400
    for (let number = 0; number < 100; number++) recent.push(record(number * 700));
    expect(recent.covers(90 * 700)).toBe(true);
    expect(recent.covers(90 * 700 - 1)).toBe(false);
    expect(recent.from(90 * 700, 3).map((one) => one.position)).toEqual([63_000, 63_700, 64_400]);
    expect(recent.from(98 * 700 + 1, 10).map((one) => one.position)).toEqual([69_300]);
    expect(recent.from(100 * 700, 10)).toEqual([]);
    expect(recent.timeAt(95 * 700)).toBe(95 * 700);
    expect(recent.timeAt(0)).toBeUndefined();
  });

  it('covers nothing but the head when a record is larger than all of it', () => {
    const recent = new RecentRecords(0, 500);
    recent.push(record(0));
    expect(recent.covers(0)).toBe(false);
    expect(recent.covers(700)).toBe(true);
  });
});

describe('FillRate', () => {
  it.each<
    [name: string, samples: Array<[atMs: number, bytes: number]>, seconds: number | undefined]
  >([
    ['nothing known', [], undefined],
    ['one look', [[0, 500]], undefined],
    [
      'growing by 10 a second',
      [
        [0, 500],
        [10_000, 600],
      ],
      40,
    ],
    [
      'shrinking',
      [
        [0, 700],
        [10_000, 600],
      ],
      undefined,
    ],
    [
      'standing still',
      [
        [0, 600],
        [10_000, 600],
      ],
      undefined,
    ],
    [
      'only the last half minute counts',
      [
        [0, 0],
        [60_000, 500],
        [90_000, 590],
        [100_000, 600],
      ],
      400,
    ],
    [
      'the clock was set back',
      [
        [10_000, 500],
        [0, 600],
      ],
      undefined,
    ],
  ])('%s', (_name, samples, seconds) => {
    const rate = new FillRate();
    for (const [atMs, bytes] of samples) rate.sample(atMs, bytes);
    const [atMs, bytes] = samples.at(-1) ?? [0, 0];
    expect(rate.secondsUntil(1000, atMs, bytes)).toBe(seconds);
  });
});
