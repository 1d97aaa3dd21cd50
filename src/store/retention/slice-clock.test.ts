import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SliceClock } from './slice-clock.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('SliceClock', () => {
  const clock = new SliceClock([
    { fromSeconds: 0, lengthSeconds: HOUR },
    { fromSeconds: 10 * HOUR + 1800, lengthSeconds: 600 },
    { fromSeconds: 12 * HOUR, lengthSeconds: DAY },
  ]);

  it.each<[seconds: number, start: number, end: number]>([
    [0, 0, HOUR],
    [HOUR + 5, HOUR, 2 * HOUR],
    [-5, -HOUR, 0],
    // Cut short by a change in its middle.
    [10 * HOUR + 1799, 10 * HOUR, 10 * HOUR + 1800],
    [10 * HOUR + 1800, 10 * HOUR + 1800, 10 * HOUR + 2400],
    [11 * HOUR + 3599, 11 * HOUR + 3000, 12 * HOUR],
    // Begins at the change, then at midnight.
    [13 * HOUR, 12 * HOUR, DAY],
    [DAY + 1, DAY, 2 * DAY],
  ])('%i s lies in the slice %i … %i', (seconds, start, end) => {
    expect(clock.startOf(seconds)).toBe(start);
    expect(clock.endOf(start)).toBe(end);
  });

  it('every time lies in its slice, and slices do not overlap', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            gap: fc.integer({ min: 1, max: 200_000 }),
            length: fc.constantFrom(60, 300, 1200, HOUR, 6 * HOUR, DAY),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        fc.array(fc.nat(1_000_000), { minLength: 1 }),
        (gaps, times) => {
          let fromSeconds = 0;
          const changes = gaps.map(({ gap, length }) => {
            fromSeconds += gap;
            return { fromSeconds, lengthSeconds: length };
          });
          const any = new SliceClock(changes);
          for (const time of times) {
            const start = any.startOf(time);
            expect(start).toBeLessThanOrEqual(time);
            expect(any.endOf(start)).toBeGreaterThan(time);
            expect(any.startOf(start)).toBe(start);
            expect(any.startOf(any.endOf(start))).toBe(any.endOf(start));
          }
        },
      ),
    );
  });

  it('keeps the slices of the past when the length changes, and forgets what nothing needs', () => {
    const changing = new SliceClock([{ fromSeconds: 0, lengthSeconds: HOUR }]);
    changing.change({ fromSeconds: 5 * HOUR + 10, lengthSeconds: 60 }, 2 * HOUR);
    expect(changing.startOf(4 * HOUR + 7)).toBe(4 * HOUR);
    expect(changing.startOf(5 * HOUR + 9)).toBe(5 * HOUR);
    expect(changing.startOf(5 * HOUR + 70)).toBe(5 * HOUR + 60);
    changing.change({ fromSeconds: 9 * HOUR, lengthSeconds: DAY }, 6 * HOUR);
    expect(changing.changes).toEqual([
      { fromSeconds: 5 * HOUR + 10, lengthSeconds: 60 },
      { fromSeconds: 9 * HOUR, lengthSeconds: DAY },
    ]);
    changing.change({ fromSeconds: 8 * HOUR, lengthSeconds: 300 }, 6 * HOUR); // before what was planned
    expect(changing.changes.at(-1)).toEqual({ fromSeconds: 8 * HOUR, lengthSeconds: 300 });
    expect([changing.lengthAt(8 * HOUR - 1), changing.lengthAt(9 * HOUR)]).toEqual([60, 300]);
  });
});
