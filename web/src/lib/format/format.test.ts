import { describe, expect, test } from 'vitest';
import {
  ago,
  clock,
  fieldOf,
  fullClock,
  isoOf,
  millisOfField,
  millisToNanos,
  nanosToMillis,
} from './time.ts';

describe('moments', () => {
  const at = Date.UTC(2026, 10, 12, 14, 23, 7, 412);
  test('a list shows milliseconds, and the date only when it is another day', () => {
    expect(clock(at, 'utc', at + 60_000)).toBe('14:23:07.412');
    expect(clock(at, 'utc', at + 86_400_000)).toBe('12 Nov 14:23:07.412');
    expect(clock(at, 'utc', at + 400 * 86_400_000, 'minute')).toBe('12 Nov 2026 14:23');
    expect(fullClock(at, 'utc')).toBe('Thu 12 Nov 2026 14:23:07.412 UTC');
  });

  test.each([
    [0, 'now'],
    [8 * 60_000, '8 min ago'],
    [59_000, '59 s ago'],
    [5 * 3_600_000, '5 h ago'],
    [-5_000, 'in the future'],
  ])('%s ms before is %s', (past, shown) => {
    expect(ago(at - past, at)).toBe(shown);
  });

  test('nanoseconds go to milliseconds and back', () => {
    expect(nanosToMillis('1794493387412345678')).toBeCloseTo(1_794_493_387_412.3457, 2);
    expect(nanosToMillis('5')).toBeCloseTo(0.000005, 9);
    expect(millisToNanos(at)).toBe(`${String(at)}000000`);
  });

  test('the range fields and the URL read what they wrote', () => {
    expect(fieldOf(at, 'utc')).toBe('2026-11-12 14:23:07');
    expect(millisOfField('2026-11-12 14:23', 'utc')).toBe(Date.UTC(2026, 10, 12, 14, 23));
    expect(millisOfField('soon', 'utc')).toBeNull();
    expect(isoOf(Date.UTC(2026, 10, 12, 14))).toBe('2026-11-12T14:00:00Z');
  });
});
