import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathColumnsOf } from '../../../../dev/fixtures/columns.ts';
import { Dust } from './dust.ts';
import { itemsReader, topNotes } from './items.ts';
import { rowsOf } from './rows.ts';
import { indexRuns, RUN_KINDS, runsOf, type Runs } from './runs.ts';
import { EDGE_PX, roundStep, scaleOf, ticksOf } from './scale.ts';
import { bendsOf, linePoints, underlines, type Bend } from './throughline.ts';
import { MS, segment, spansOf, type Line } from './trace-of.fixture.ts';
import { treeOf } from './tree.ts';

const run = (row: number, start: number, end: number): Bend => ({ row, start, end });

const runsAt = (bends: readonly Bend[]): Runs => ({
  count: bends.length,
  row: Int32Array.from(bends, ({ row }) => row),
  start: Float64Array.from(bends, ({ start }) => start),
  end: Float64Array.from(bends, ({ end }) => end),
  kind: new Uint8Array(bends.length),
  who: new Int32Array(bends.length),
  part: new Int32Array(bends.length),
});
const x = (nanos: number): number => nanos;
const y = (row: number): number => row * 24 + 20;

describe('the throughline', () => {
  test('leads from 0 down and up to the answer', () => {
    const points = linePoints([run(0, 0, 10), run(3, 10, 50), run(1, 50, 90)], x, y, 0, 100);
    expect(points).toEqual([
      [0, 20],
      [0, 20],
      [10, 20],
      [10, 20],
      [10, 92],
      [50, 92],
      [50, 92],
      [50, 44],
      [90, 44],
      [100, 44],
      [100, 20],
    ]);
  });

  test('without anything to see there is no line', () => {
    expect(linePoints([], x, y, 0, 100)).toEqual([]);
  });

  test('stretches under 3.5 px do not bend it', () => {
    expect(bendsOf(runsAt([run(0, 0, 3.4), run(1, 4, 7.5), run(2, 7.5, 7.6)]), x)).toEqual([
      run(1, 4, 7.5),
    ]);
  });

  test('narrow it is underlines only', () => {
    expect(underlines([run(2, 5, 9)], x, y)).toEqual([
      [
        [5, 68],
        [9, 68],
      ],
    ]);
  });

  test('it is never broken and never slants, whatever the path', () => {
    const stretches = fc.array(
      fc.record({
        row: fc.integer({ min: 0, max: 500 }),
        length: fc.double({ min: 0, max: 400, noNaN: true }),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const holds = fc.check(
      fc.property(stretches, (list) => {
        let at = 0;
        const runs = list.map(({ row, length }) => {
          const one = run(row, at, at + length);
          at += length;
          return one;
        });
        const bends = bendsOf(runsAt(runs), x);
        const points = linePoints(bends, x, y, 0, at);
        if (bends.length === 0) return points.length === 0;
        const [first] = points;
        const last = points.at(-1);
        const connected = points.every((point, index) => {
          const before = points[index - 1];
          return before === undefined || before[0] === point[0] || before[1] === point[1];
        });
        const forward = points.every((point, index) => point[0] >= (points[index - 1]?.[0] ?? 0));
        return (
          connected &&
          forward &&
          first?.[0] === 0 &&
          first[1] === y(0) &&
          last?.[0] === at &&
          last[1] === y(0)
        );
      }),
    );
    expect(fc.defaultReportMessage(holds)).toBeUndefined();
  });
});

const LINES: readonly Line[] = [
  ['root', -1, 'shop', 0, 100],
  ['get', 0, 'shop', 10, 20, { kind: 3, peer: 'stock' }],
  ['get', 0, 'shop', 20, 30, { kind: 3, peer: 'stock' }],
  ['get', 0, 'shop', 30, 40, { kind: 3, peer: 'stock' }],
  ['get', 0, 'shop', 41, 50, { kind: 3, peer: 'stock' }],
  ['charge', 0, 'shop', 60, 90, { kind: 3, peer: 'provider' }],
];

describe('runs', () => {
  const spans = spansOf(LINES, ['provider']);
  const path = [
    segment(0, 0, 10),
    segment(1, 10, 20, { kind: 'serial', who: 'shop' }),
    segment(2, 20, 30, { kind: 'serial', who: 'shop' }),
    segment(3, 30, 40, { kind: 'serial', who: 'shop' }),
    segment(0, 40, 41, { kind: 'serial' }),
    segment(4, 41, 50, { kind: 'serial', who: 'shop' }),
    segment(0, 50, 60, { kind: 'none' }),
    segment(5, 60, 90, { kind: 'wait', who: 'provider' }),
    segment(0, 90, 95),
    segment(0, 95, 100),
  ].map((one) => (one.who === 'a' ? { ...one, who: 'shop' } : one));
  const notes = [{ kind: 'none', span: 0, text: '', start: 50 * MS, end: 60 * MS } as const];
  const tree = treeOf(spans, path);
  const items = { spans, tree, notes, logs: [], fold: true, only: null };
  const rows = rowsOf({
    ...items,
    itemsOf: itemsReader(items),
    topNotes: topNotes(items),
    isOpen: new Uint8Array(spans.count).fill(1),
    openFolds: new Set(),
  });
  const runs = runsOf({ spans, path: pathColumnsOf(path, spans), duration: 100 * MS, notes }, rows);
  const listed = Array.from({ length: runs.count }, (_, at) => [
    runs.row[at],
    (runs.start[at] ?? 0) / MS,
    (runs.end[at] ?? 0) / MS,
    RUN_KINDS[runs.kind[at] ?? -1],
    spans.services[runs.who[at] ?? -1]?.name,
  ]);

  test('rows: root, fold, note, charge', () => {
    expect(rows.rows.map((row) => row.kind)).toEqual(['span', 'fold', 'note', 'span']);
  });

  test('a block a call in a fold, neighbours of one kind joined elsewhere, the gap on its note', () => {
    expect(listed).toEqual([
      [0, 0, 10, 'own', 'shop'],
      [1, 10, 20, 'own', 'stock'],
      [1, 20, 30, 'own', 'stock'],
      [1, 30, 40, 'own', 'stock'],
      [0, 40, 41, 'own', 'shop'],
      [1, 41, 50, 'own', 'stock'],
      [2, 50, 60, 'none', 'shop'],
      [3, 60, 90, 'wait', 'provider'],
      [0, 90, 100, 'own', 'shop'],
    ]);
  });

  test('they cover the whole path', () => {
    expect(listed.reduce((sum, [, start, end]) => sum + Number(end) - Number(start), 0)).toBe(100);
  });

  test('the index has each run once, by row, in time order', () => {
    const { order, from } = indexRuns(runs, rows.rows.length);
    expect([...from]).toEqual([0, 3, 7, 8, 9]);
    expect([...order]).toEqual([0, 4, 8, 1, 2, 3, 5, 6, 7]);
  });
});

describe('the scale', () => {
  test('runs from edge to edge and back', () => {
    const scale = scaleOf(0, 1000, 512);
    expect(scale.x(0)).toBe(EDGE_PX);
    expect(scale.x(1000)).toBe(512 - EDGE_PX);
    expect(scale.nanosAt(scale.x(333))).toBeCloseTo(333, 6);
  });

  test.each([
    [0.3, 1],
    [1, 1],
    [1.2, 2],
    [3, 5],
    [6, 10],
    [2000, 2000],
    [2001, 5000],
  ])('the round step for %s is %s', (least, step) => {
    expect(roundStep(least)).toBe(step);
  });

  test('ticks are round, ordered and apart', () => {
    const holds = fc.check(
      fc.property(
        fc.double({ min: 0, max: 1e11, noNaN: true }),
        fc.double({ min: 10, max: 1e12, noNaN: true }),
        fc.integer({ min: 120, max: 2000 }),
        (from, length, width) => {
          const ticks = ticksOf(scaleOf(from, from + length, width));
          return (
            ticks.length <= width / 60 + 1 &&
            ticks.every((tick, at) => tick.x - (ticks[at - 1]?.x ?? -1e9) > 60)
          );
        },
      ),
    );
    expect(fc.defaultReportMessage(holds)).toBeUndefined();
  });
});

describe('dust', () => {
  test('a lone stretch is drawn visibly, a crowd by what it covers', () => {
    const dust = new Dust(100);
    dust.add(10.2, 0.1, 'red', 1);
    for (let at = 40; at < 60; at += 0.25) dust.add(at, 0.05, 'red', 1);
    dust.add(500, 1, 'red', 1);
    const specks = [...dust.specks()];
    expect(specks[0]).toEqual({ x: 10.2, colour: 'red', alpha: 1, cover: 0.1, lone: true });
    const crowd = specks.slice(1);
    expect(crowd).toHaveLength(20);
    expect(crowd.every((speck) => !speck.lone && Math.abs(speck.cover - 0.2) < 1e-9)).toBe(true);
  });
});
