import { describe, expect, it } from 'vitest';
import { parseRange, parseTime } from './time-range.ts';

const NOW_MS = Date.parse('2026-11-22T18:00:00Z');
const NOW = BigInt(NOW_MS) * 1_000_000n;

describe('parseTime', () => {
  it.each([
    ['now', NOW],
    ['now-1h', NOW - 3_600_000_000_000n],
    ['now+1m30s', NOW + 90_000_000_000n],
    ['now-2w', NOW - 1_209_600_000_000_000n],
    ['1790000000', 1_790_000_000_000_000_000n],
    ['1790000000123', 1_790_000_000_123_000_000n],
    ['1790000000123456', 1_790_000_000_123_456_000n],
    ['1790000000123456789', 1_790_000_000_123_456_789n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['2026-11-22T18:00:00Z', NOW],
    ['2026-11-22T18:00:00', NOW],
    ['2026-11-22T19:00:00.000000001+01:00', NOW + 1n],
    ['2026-11-22', NOW - 18n * 3_600_000_000_000n],
  ])('%s', (text, expected) => {
    expect(parseTime('from', text, NOW_MS)).toBe(expected);
  });

  it.each(['', 'yesterday', 'now-', 'now-1x', '-5', '1e9', '99999999999999999999', '2026-13-45'])(
    'refuses %j',
    (text) => {
      expect(() => parseTime('from', text, NOW_MS)).toThrow(
        expect.objectContaining({ code: 'RANGE_TIME' }),
      );
    },
  );
});

describe('parseRange', () => {
  it('is the last hour unless asked otherwise', () => {
    expect(parseRange(undefined, undefined, NOW_MS)).toEqual({
      from: NOW - 3_600_000_000_000n,
      to: NOW,
    });
    expect(parseRange('', 'now-1h', NOW_MS).from).toBe(NOW - 7_200_000_000_000n);
  });

  it('refuses an empty one', () => {
    expect(() => parseRange('now', 'now', NOW_MS)).toThrow(
      expect.objectContaining({ code: 'RANGE_EMPTY' }),
    );
  });
});
