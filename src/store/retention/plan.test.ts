import { describe, expect, it } from 'vitest';
import { defaultMaxDiskBytes, roomState, type RoomState } from './disk-cap.ts';
import { planDrops, type PlannedDrop } from './plan.ts';
import { nextLength, sliceLengthSeconds } from './slice-length.ts';

const GIB = 1 << 30;
const MIB = 1 << 20;

describe('planDrops', () => {
  const slices = [
    { start: 0, end: 100, bytes: 50 },
    { start: 100, end: 200, bytes: 30 },
    { start: 200, end: 300, bytes: 20 },
    { start: 300, end: 400, bytes: 10 },
  ];
  const drop = (start: number, reason: PlannedDrop['reason']): PlannedDrop => ({
    start,
    end: start + 100,
    reason,
  });

  it.each<
    [name: string, now: number, age: number, settled: number, limit: number, drops: PlannedDrop[]]
  >([
    ['young and small: nothing', 350, 1000, 110, 200, []],
    ['older than the age', 350, 150, 110, 200, [drop(0, 'age'), drop(100, 'age')]],
    ['a slice goes when its end is old enough', 299, 200, 110, 200, []],
    ['too large: the oldest until it fits', 350, 1000, 110, 60, [drop(0, 'size')]],
    [
      'too large by much',
      350,
      1000,
      110,
      25,
      [drop(0, 'size'), drop(100, 'size'), drop(200, 'size')],
    ],
    [
      'the slice being written stays',
      350,
      0,
      1000,
      0,
      [drop(0, 'age'), drop(100, 'age'), drop(200, 'age')],
    ],
    ['old ones count for the size', 350, 250, 110, 60, [drop(0, 'age')]],
    ['room taken by others counts', 350, 1000, 500, 420, [drop(0, 'size'), drop(100, 'size')]],
  ])('%s', (_name, nowSeconds, maxAgeSeconds, settledBytes, limitBytes, drops) => {
    expect(planDrops({ slices, nowSeconds, maxAgeSeconds, settledBytes, limitBytes })).toEqual(
      drops,
    );
  });
});

describe('slice length', () => {
  it.each<[name: string, bytesPerSecond: number, capBytes: number, seconds: number]>([
    ['nothing known', 0, 20 * GIB, 86_400],
    ['100 spans/s', 8_000, 20 * GIB, 86_400],
    ['400 spans/s', 32_000, 20 * GIB, 21_600],
    ['2,000 spans/s', 160_000, 20 * GIB, 3_600],
    ['20,000 spans/s', 1_600_000, 20 * GIB, 300],
    ['100,000 spans/s', 8_000_000, 20 * GIB, 60],
    ['a small cap', 8_000, GIB, 3_600],
  ])('%s', (_name, bytesPerSecond, capBytes, seconds) => {
    expect(sliceLengthSeconds(bytesPerSecond, capBytes)).toBe(seconds);
  });

  const hour = { nowSeconds: 1000, lengthSeconds: 3600, sliceEndSeconds: 3600, capBytes: 20 * GIB };
  it.each<[name: string, now: number, lastHour: number, change: ReturnType<typeof nextLength>]>([
    ['fits', 160_000, 160_000, undefined],
    ['rises: shorter at once', 1_600_000, 160_000, { lengthSeconds: 300, fromSeconds: 1001 }],
    ['falls: longer after this slice', 1_000, 1_000, { lengthSeconds: 86_400, fromSeconds: 3600 }],
    ['nothing stored yet', 0, 0, undefined],
    ['a lull within a busy hour', 1_000, 160_000, undefined],
  ])('%s', (_name, bytesPerSecond, hourBytesPerSecond, change) => {
    expect(nextLength({ ...hour, bytesPerSecond, hourBytesPerSecond })).toEqual(change);
  });
});

describe('disk cap', () => {
  it.each<[free: number, own: number, cap: number]>([
    [100 * GIB, 0, 20 * GIB],
    [10 * GIB, 0, 5 * GIB],
    // What we take already would be free without us: a restart does not shrink the cap.
    [6 * GIB, 4 * GIB, 5 * GIB],
  ])('with %i free and %i own it is %i', (free, own, cap) => {
    expect(defaultMaxDiskBytes(free, own)).toBe(cap);
  });

  it.each<[name: string, before: RoomState, total: number, free: number, after: RoomState]>([
    ['room', 'room', 50, GIB, 'room'],
    ['near the cap', 'room', 96, GIB, 'room'],
    ['at the cap', 'room', 98, GIB, 'cap'],
    ['not yet again', 'cap', 95, GIB, 'cap'],
    ['again', 'cap', 91, GIB, 'room'],
    ['disk full', 'room', 50, 100 * MIB, 'disk'],
    ['a little freed', 'disk', 50, 150 * MIB, 'disk'],
    ['enough freed', 'disk', 50, 200 * MIB, 'room'],
    ['freed, but at the cap', 'disk', 99, GIB, 'cap'],
  ])('%s', (_name, before, totalPercent, free, after) => {
    expect(roomState(before, totalPercent * 1000, 100_000, free)).toBe(after);
  });
});
