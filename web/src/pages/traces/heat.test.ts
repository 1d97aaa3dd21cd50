import { describe, expect, test } from 'vitest';
import { heatmap } from '../../../dev/fixtures/traces.ts';
import {
  areaOf,
  boxOf,
  cellAt,
  cellBox,
  durationTicks,
  heatStep,
  layoutOf,
  rowPlace,
  timeTicks,
} from './heat-geometry.ts';

const answer = heatmap(new URLSearchParams({ columns: '60' }));
const from = answer.meta.range?.from ?? '0';
const layout = layoutOf(answer, 652, 262);

describe('cells', () => {
  test('fill the plot', () => {
    expect(layout.cellWidth).toBe(10);
    expect(layout.cellHeight).toBe(10);
    expect(cellBox(layout, { column: 0, row: 0 })).toEqual({ x: 52, y: 230 });
  });

  test.each([
    [52, 239, { column: 0, row: 0 }],
    [651, 1, { column: 59, row: 23 }],
    [0, 999, { column: 0, row: 0 }],
    [9999, -50, { column: 59, row: 23 }],
  ])('the pixel %s, %s is in %j', (x, y, cell) => {
    expect(cellAt(layout, x, y)).toEqual(cell);
  });

  test.each([
    [1, 100, 0],
    [100, 100, 4],
    [10, 100, 2],
    [1, 1, 2],
  ])('%s of at most %s is step %s', (count, most, step) => {
    expect(heatStep(count, most)).toBe(step);
  });
});

describe('the selected area', () => {
  const selection = { from: { column: 31, row: 14 }, to: { column: 59, row: 16 } };
  const area = areaOf(answer, from, selection);

  test('is written in nanoseconds and read back to the same cells', () => {
    expect(area).toMatch(/^\d{19}\.\.\d{19},\d+\.\.\d+$/u);
    const box = boxOf(answer, from, layout, area);
    expect(box?.x).toBeCloseTo(52 + 310, 0);
    expect(box?.width).toBeCloseTo(290, 0);
    expect(box?.y).toBeCloseTo(240 - 170, 0);
    expect(box?.height).toBeCloseTo(30, 0);
  });

  test('a drag in the other direction is the same area', () => {
    expect(areaOf(answer, from, { from: selection.to, to: selection.from })).toBe(area);
  });

  test('at the ends of the scale it stays open', () => {
    const whole = areaOf(answer, from, {
      from: { column: 0, row: 0 },
      to: { column: 59, row: 23 },
    });
    expect(whole).toMatch(/,\.\.$/u);
    expect(boxOf(answer, from, layout, whole)).toEqual({ x: 52, y: 0, width: 600, height: 240 });
  });

  test.each(['', 'x', '1..2', '5..4,1..2'])('%s is no area', (text) => {
    expect(boxOf(answer, from, layout, text)).toBeNull();
  });
});

describe('ticks', () => {
  test('durations are 1, 2, 5 × 10ⁿ, from bottom to top, apart', () => {
    const ticks = durationTicks(answer, layout);
    expect(ticks.length).toBeGreaterThan(3);
    ticks.forEach((tick, at) => {
      expect(tick.label).toMatch(/^[125]0*\W/u);
      expect((ticks[at - 1]?.at ?? Number.POSITIVE_INFINITY) - tick.at).toBeGreaterThanOrEqual(13);
    });
  });

  test('times are round', () => {
    expect(
      timeTicks(answer, Date.UTC(2026, 10, 12, 13, 31), layout, 'utc').map((tick) => tick.label),
    ).toEqual(['13:40', '13:50', '14:00', '14:10', '14:20', '14:30']);
  });

  test('a duration between two edges lies between two rows', () => {
    expect(rowPlace([1, 10, 100], 10)).toBe(1);
    expect(rowPlace([1, 10, 100], Math.sqrt(1000))).toBeCloseTo(1.5, 9);
    expect(rowPlace([1, 10, 100], 1e9)).toBe(2);
    expect(rowPlace([1, 10, 100], 0)).toBe(0);
  });
});
