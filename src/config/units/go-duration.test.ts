import { describe, expect, it } from 'vitest';
import { parseGoDuration, printGoDuration } from './go-duration.ts';

describe('durations as Go writes them', () => {
  it.each<[string, number]>([
    ['0', 0],
    ['-0', 0],
    ['+5s', 5_000],
    ['-1.5h', -5_400_000],
    ['1h15m30.918s', 4_530_918],
    ['.5s', 500],
    ['1.s', 1_000],
    ['100ns', 1e-4],
    ['2us', 2e-3],
    ['2µs', 2e-3],
    ['2μs', 2e-3],
    ['9m59s', 599_000],
  ])('reads %s', (text, ms) => {
    const parsed = parseGoDuration(text);
    expect(parsed.ok ? parsed.value : parsed.error).toBeCloseTo(ms, 9);
  });

  it.each<[string, string]>([
    ['', 'write numbers with the units ns, us, ms, s, m or h, such as 500ms, 30s or 1h30m'],
    ['5', 'write the unit: 5s or 5ms'],
    [' 5s', 'write 5s'],
    ['1 h', 'write 1h'],
    ['5S', 'write 5s'],
    ['10 minutes', 'write 10m'],
    ['30sec', 'write 30s'],
    ['7d', 'days are not known here: write 168h'],
    ['1w', 'days are not known here: write 168h'],
    ['soon', 'write numbers with the units ns, us, ms, s, m or h, such as 500ms, 30s or 1h30m'],
  ])('%j: what to write', (text, remedy) => {
    expect(parseGoDuration(text)).toEqual({ ok: false, error: remedy });
  });

  it.each<[number, string]>([
    [0, '0s'],
    [200, '200ms'],
    [1_500, '1.5s'],
    [60_000, '1m0s'],
    [5_400_000, '1h30m0s'],
    [1e-6, '1ns'],
    [0.0025, '2.5µs'],
    [-2_000, '-2s'],
  ])('prints %d ms', (ms, text) => {
    expect(printGoDuration(ms)).toBe(text);
    expect(parseGoDuration(text)).toMatchObject({ ok: true });
  });
});
