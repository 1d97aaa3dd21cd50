import { describe, expect, test } from 'vitest';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { CHECKOUT_ID, checkoutTrace } from '../../../dev/fixtures/checkout-trace.ts';
import { bigTrace } from '../../../dev/fixtures/big-trace.ts';
import { moved, widened } from './brush.ts';
import { densityOf } from './density.ts';
import { spread, stripGeometry } from './detail/peer-geometry.ts';
import { nextOf } from './next-of.ts';
import { pieceWordings, ribbonPieces, serialCount, type Piece } from './ribbon-pieces.ts';
import { sortedSpans } from './sorted-spans.ts';
import { stretchesOf } from './stretches.ts';
import { openByDefault } from './waterfall/defaults.ts';
import { labelOf } from './waterfall/labels.ts';
import { segment, spansOf } from './waterfall/trace-of.fixture.ts';
import { treeOf } from './waterfall/tree.ts';

describe('the ribbon', () => {
  const part = (at: number, part_: number, length: number, who = 'a') =>
    segment(0, at, at + length, { part: part_, who });

  test('neighbours of one part are one piece', () => {
    expect(
      ribbonPieces([part(0, 1, 5), part(5, 1, 5), part(10, 2, 5)], 1).map((piece) => piece.part),
    ).toEqual([1, 2]);
  });

  test('own work of two services is one part with two hues: two pieces', () => {
    expect(ribbonPieces([part(0, 1, 5, 'a'), part(5, 1, 5, 'b')], 1)).toHaveLength(2);
  });

  test('a piece under a pixel does not split its neighbours', () => {
    const pieces = ribbonPieces([part(0, 1, 5), part(5, 2, 0.1), part(5.1, 1, 5)], 1e6);
    expect(pieces.map((piece) => [piece.part, piece.mixed])).toEqual([[1, true]]);
  });

  test('calls of one serial part are one piece, not a mixed one', () => {
    const pieces = ribbonPieces(stretchesOf(checkoutTrace()), checkoutTrace().extent / 1400);
    const serial = pieces.filter((one) => one.kind === 'serial');
    expect(serial.map((one) => [one.mixed, Math.round((one.end - one.start) / 1e6)])).toEqual([
      [false, 331],
    ]);
  });

  test('thousands under a pixel show what has most of each pixel, and say that they are mixed', () => {
    const path = Array.from({ length: 4000 }, (_, at) =>
      at % 2 === 0
        ? segment(0, at, at + 0.8, { part: 0, who: 'db' })
        : segment(0, at - 0.2, at + 1, { part: 1, who: 'own' }),
    );
    const pieces = ribbonPieces(path, 20e6);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]).toMatchObject({ part: 1, who: 'own', mixed: true });
  });

  test('however many there are, a few hundred pieces are drawn, and cover all', () => {
    const path = Array.from({ length: 4000 }, (_, at) =>
      part(at * 5, (at * 7919) % 5, 5 + (at % 3) / 10),
    );
    const pieces = ribbonPieces(path, 1e6);
    expect(pieces.length).toBeLessThanOrEqual(250);
    expect(pieces.length).toBeGreaterThan(60);
    expect([pieces[0]?.start, pieces.at(-1)?.end]).toEqual([0, 20_000.3e6 - 0.3e6]);
  });

  test('pieces cover the path without gap or overlap', () => {
    const trace = checkoutTrace();
    const pieces = ribbonPieces(stretchesOf(trace), trace.extent / 1400);
    pieces.forEach((piece, at) => expect(piece.start).toBe(at === 0 ? 0 : pieces[at - 1]?.end));
    expect(pieces.at(-1)?.end).toBe(trace.duration);
    expect(pieces.length).toBeLessThan(40);
  });

  const piece = (kind: Piece['kind'], change: Partial<Piece> = {}): Piece => ({
    part: 0,
    kind,
    who: 'shop',
    start: 0,
    end: 1,
    span: 42,
    mixed: false,
    ...change,
  });
  test.each([
    ['none', piece('none'), 0, 'no span · 1 s'],
    ['sleep', piece('sleep'), 0, 'back-off · 1 s'],
    ['serial', piece('serial'), 2, '8 × GET /stock/{sku} · 1 s'],
    ['one of several attempts', piece('wait', { span: 43 }), 0, 'attempt 2 · 1 s'],
    ['a plain wait', piece('wait', { who: 'PostgreSQL' }), 4, 'PostgreSQL · 1 s'],
    ['own work', piece('own'), 5, 'shop · 1 s'],
    ['mixed', piece('own', { mixed: true }), 5, 'mostly shop'],
  ])('the longest wording of %s', (_, one, part, expected) => {
    expect(pieceWordings(one, checkoutTrace().parts[part], '1 s')[0]).toBe(expected);
  });

  test('a serial part knows how many calls it is', () => {
    const trace = checkoutTrace();
    expect(serialCount(trace, 2)).toBe(8);
    const spans = spansOf([
      ['root', -1, 'a', 0, 9],
      ['x', 0, 'a', 1, 2],
      ['x', 0, 'a', 3, 4],
    ]);
    expect(
      serialCount(
        { spans, parts: [{ spans: [1, 2] } as unknown as TraceAnswer['parts'][number]] },
        0,
      ),
    ).toBe(2);
  });
});

describe('the minimap', () => {
  const spans = spansOf([
    ['root', -1, 'a', 0, 100],
    ['x', 0, 'a', 10, 20, { error: true }],
    ['y', 0, 'a', 50, 60],
  ]);
  test('counts the spans that run in each bucket and marks errors', () => {
    const { running, most, errors } = densityOf(spans, 100e6, 10);
    expect([...running]).toEqual([1, 2, 2, 1, 1, 2, 2, 1, 1, 1]);
    expect(most).toBe(2);
    expect([...errors]).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('the brush', () => {
  test.each([
    ['moves', moved([10, 30], 5, 100), [15, 35]],
    ['stops at the start', moved([10, 30], -50, 100), [0, 20]],
    ['stops at the end', moved([10, 30], 500, 100), [80, 100]],
    ['widens to both sides', widened([40, 60], 20, 100), [30, 70]],
    ['is never empty', widened([50, 50.00001], -10, 100), [49.999955, 50.000055]],
  ])('%s', (_, found, expected) => {
    expect(found[0]).toBeCloseTo(expected[0] ?? 0, 4);
    expect(found[1]).toBeCloseTo(expected[1] ?? 0, 4);
    expect(found[1]).toBeGreaterThan(found[0]);
  });
});

describe('stepping among spans', () => {
  test.each([
    [[3, 7, 9], 7, 1, 9],
    [[3, 7, 9], 9, 1, 3],
    [[3, 7, 9], 3, -1, 9],
    [[3, 7, 9], 5, -1, 3],
    [[], 5, 1, null],
  ] as const)('among %j from %s by %s is %s', (among, from, step, expected) => {
    expect(nextOf(among, from, step)).toBe(expected);
  });
});

describe('what opens with the checkout', () => {
  const trace = checkoutTrace();
  const tree = treeOf(trace.spans, stretchesOf(trace));
  const isOpen = openByDefault(trace, tree);
  const named = (name: string): number =>
    trace.spans.name.findIndex((at) => trace.spans.names[at] === name);
  test.each([
    ['POST /checkout', true],
    ['POST /orders', true],
    ['POST /charges', true],
    ['POST /reservations', true],
    ['GET /users/{id}/session', false],
    ['GET /users/{id}/address', false],
  ])('%s: %s', (name, open) => {
    expect(isOpen[named(name)]).toBe(open ? 1 : 0);
  });

  test('calls are named after whom they call', () => {
    expect(labelOf(trace.spans, 1)).toMatchObject({ name: 'GET user-service', showWho: false });
    expect(labelOf(trace.spans, 42)).toMatchObject({
      name: 'POST /v1/charges',
      showWho: true,
      who: { name: 'api.stripe.test' },
    });
    expect(trace.traceId).toBe(CHECKOUT_ID);
  });

  test('the path sums to the time to the answer', () => {
    expect(stretchesOf(trace).reduce((sum, one) => sum + one.end - one.start, 0)).toBe(
      trace.duration,
    );
  });

  test('the table sorts over all spans, ties in the order of the trace', () => {
    expect(sortedSpans(trace, tree, 'duration', true).slice(0, 3)).toEqual([0, 6, 7]);
    expect(sortedSpans(trace, tree, 'start', false)[0]).toBe(0);
    expect(sortedSpans(trace, tree, 'status', true)[0]).toBe(42);
  });
});

test('a trace of 100,000 spans becomes a tree in well under a second', () => {
  const trace = bigTrace('x', 100_000);
  const before = process.cpuUsage();
  const tree = treeOf(trace.spans, stretchesOf(trace));
  const { user, system } = process.cpuUsage(before);
  expect(tree.end[0]).toBe(trace.spans.count);
  expect((user + system) / 1e6).toBeLessThan(1);
});

describe('the peer strip', () => {
  const peers = {
    count: 100,
    p50: 200e6,
    p95: 260e6,
    p99: 310e6,
    edges: [100e6, 150e6, 200e6, 250e6, 300e6, 350e6],
    density: [5, 20, 50, 20, 5],
    fasterShare: 1,
  };
  test('quantiles lie in order, this span at the end', () => {
    const { p50, p95, p99, here, area } = stripGeometry(peers, 1500e6, 300, 20);
    expect(p50).toBeLessThan(p95 ?? 0);
    expect(p95).toBeLessThan(p99 ?? 0);
    expect(here).toBeCloseTo(292, 5);
    expect(area).toMatch(/^M[\d.-]+ 20L.*z$/u);
  });

  test('labels never overlap; this span’s own stays', () => {
    const placed = spread(
      [
        { x: 150, text: 'p50 201 ms' },
        { x: 155, text: 'p99 310 ms' },
        { x: 158, text: 'here 250 ms' },
      ],
      300,
    );
    expect(placed.at(-1)?.text).toBe('here 250 ms');
    const edges = placed.map(
      (label) => [label.x - label.text.length * 3, label.x + label.text.length * 3] as const,
    );
    const overlapping = edges.filter(([left, right], at) =>
      edges.some(
        ([otherLeft, otherRight], other) => other !== at && right > otherLeft && left < otherRight,
      ),
    );
    expect(overlapping).toEqual([]);
  });
});
