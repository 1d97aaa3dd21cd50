import { describe, expect, test, vi } from 'vitest';
import type { MetricInfo, MetricQueryAnswer } from '../../../../src/api/contract/metrics.ts';
import { gutterOf, placeLabels } from './chart-paint.ts';
import { findMetrics } from './explorer.tsx';
import { axisRange, diamondsOf, linesOf, thinned, timesOf } from './lines.ts';
import {
  byText,
  choiceOf,
  choicesOf,
  choiceWords,
  firstMetric,
  keysOf,
  suitable,
  typeWord,
} from './metric-query.ts';

vi.mock('uplot', () => ({ default: class {} }));

const metric = (name: string, more: Partial<MetricInfo> = {}): MetricInfo => ({
  name,
  type: 'sum',
  unit: '',
  description: '',
  temporality: 'cumulative',
  monotonic: true,
  series: 1,
  services: ['a'],
  last: '0',
  ...more,
});

const META = {
  range: null,
  elapsedMs: 1,
  rowsRead: 1,
  bytesRead: 1,
  partial: null,
  estimated: false,
  empty: null,
};
const answer = (more: Partial<MetricQueryAnswer> = {}): MetricQueryAnswer => ({
  meta: META,
  unit: 's',
  type: 'histogram',
  agg: 'quantile',
  from: '1700000000000000000',
  stepNanos: 10e9,
  points: 3,
  series: [
    { labels: [{ key: 'k', value: 'x' }], values: [1, 4, null] },
    { labels: [{ key: 'k', value: '' }], values: [null, null, null] },
  ],
  seriesTotal: 2,
  exemplars: [],
  note: null,
  ...more,
});

describe('the query of a metric', () => {
  test.each([
    [{ type: 'histogram', monotonic: false }, 'p95', 'histogram'],
    [{ type: 'exponential_histogram', monotonic: false }, 'p95', 'exp. hist.'],
    [{ type: 'summary', monotonic: false }, 'p95', 'summary'],
    [{ type: 'sum', monotonic: true }, 'rate', 'counter'],
    [{ type: 'sum', monotonic: false }, 'sum', 'up-down'],
    [{ type: 'gauge', monotonic: false }, 'avg', 'gauge'],
  ] as const)('%o is asked by %s and called %s', (kind, choice, word) => {
    expect(suitable(kind)).toBe(choice);
    expect(choicesOf(kind)).toContain(choice);
    expect(typeWord(kind)).toBe(word);
    for (const one of choicesOf(kind)) expect(choiceOf(one)).not.toBeNull();
  });

  test.each([
    ['p95', 'quantile', 0.95],
    ['p99.9', 'quantile', 0.999],
    ['p100', 'quantile', 1],
    ['rate', 'rate', null],
  ])('%s', (text, agg, quantile) => {
    expect(choiceOf(text)).toEqual({ text, agg, quantile });
  });

  test.each(['auto', 'p', 'p101', 'drop table', ''])('%j is no aggregation', (text) => {
    expect(choiceOf(text)).toBeNull();
  });

  test('reads as words', () => {
    expect(choiceWords('p95')).toBe('95th percentile');
    expect(choiceWords('p50')).toBe('median (p50)');
    expect(choiceWords('rate')).toBe('rate a second');
  });

  test('groups by service where there are several, by what was chosen, or by nothing', () => {
    expect(keysOf('auto', { services: ['a', 'b'] })).toEqual(['service.name']);
    expect(keysOf('auto', { services: ['a'] })).toEqual([]);
    expect(keysOf('none', { services: ['a', 'b'] })).toEqual([]);
    expect(keysOf('x,y', { services: [] })).toEqual(['x', 'y']);
    expect([byText([]), byText(['x', 'y'])]).toEqual(['none', 'x,y']);
  });

  test('begins with durations of requests', () => {
    const rows = [
      metric('a'),
      metric('h', { type: 'histogram' }),
      metric('http.server.request.duration'),
    ];
    expect(firstMetric(rows)?.name).toBe('http.server.request.duration');
    expect(firstMetric(rows.slice(0, 2))?.name).toBe('h');
    expect(firstMetric([])).toBeNull();
  });

  test('finds by every word, in name, type, unit, text and services', () => {
    const rows = [
      metric('orders.created', { description: 'Orders', services: ['shop'] }),
      metric('heap.used', { type: 'gauge', unit: 'By' }),
    ];
    expect(findMetrics(rows, 'shop counter').map(({ name }) => name)).toEqual(['orders.created']);
    expect(findMetrics(rows, 'HEAP by').map(({ name }) => name)).toEqual(['heap.used']);
    expect(findMetrics(rows, 'nothing')).toEqual([]);
    expect(findMetrics(rows, ' ')).toHaveLength(2);
  });
});

describe('lines', () => {
  test('have the numbers of the table; gaps stay gaps', () => {
    const lines = linesOf(answer(), 'whole');
    expect(lines[0]).toMatchObject({ label: 'x', last: 4, min: 1, max: 4, dash: [] });
    expect(lines[1]).toMatchObject({ label: 'none', last: null, min: null, max: null });
    expect(lines[0]?.dash).not.toEqual(lines[1]?.dash);
    expect(lines[0]?.hue).not.toBe(lines[1]?.hue);
  });

  test('without a key have the name of the metric', () => {
    expect(linesOf(answer({ series: [{ labels: [], values: [1] }] }), 'whole')[0]?.label).toBe(
      'whole',
    );
  });

  test('stand at the starts of their steps', () => {
    expect(timesOf(answer())).toEqual([1_700_000_000, 1_700_000_010, 1_700_000_020]);
  });

  test('fill the axis from zero', () => {
    const [from, to] = axisRange(linesOf(answer(), ''));
    expect(from).toBe(0);
    expect(to).toBeCloseTo(4.4);
    expect(axisRange([])).toEqual([0, 1]);
  });
});

describe('exemplars', () => {
  const exemplars = [
    { time: '1700000004000000000', value: 3, traceId: 't', spanId: 's', series: 0, attributes: [] },
    {
      time: '1700000014000000000',
      value: 99,
      traceId: 't',
      spanId: 's',
      series: 0,
      attributes: [],
    },
    { time: '1700000024000000000', value: 2, traceId: 't', spanId: 's', series: 0, attributes: [] },
  ];

  test('stand at their value, those above the chart at its edge', () => {
    const asked = answer({ exemplars });
    const found = diamondsOf(asked, linesOf(asked, ''), 4.4);
    expect(found.map(({ value }) => value)).toEqual([3, 4.4, 2]);
    expect(found[0]?.seconds).toBe(1_700_000_004);
  });

  test('stand on their line where the axis shows a rate; none where the line has a gap', () => {
    const asked = answer({ exemplars, agg: 'rate' });
    expect(diamondsOf(asked, linesOf(asked, ''), 4.4).map(({ value }) => value)).toEqual([1, 4]);
  });

  test('are thinned to the largest of those that would lie on each other', () => {
    const at = (line: number, seconds: number, value: number) => ({
      exemplar: 0,
      line,
      seconds,
      value,
    });
    const kept = thinned([at(0, 0, 1), at(0, 4, 5), at(0, 12, 2), at(1, 1, 3)], 10);
    expect(kept.map(({ value }) => value)).toEqual([5, 2, 3]);
  });
});

describe('names at the ends of lines', () => {
  test('do not lie over each other and do not leave the chart', () => {
    const ends = [100, 101, 102, 395].map((y, line) => ({ line, y }));
    const placed = placeLabels(ends, 8, 396);
    expect(placed.map(({ line }) => line)).toEqual([0, 1, 2, 3]);
    const ys = placed.map(({ y }) => y);
    for (let at = 1; at < ys.length; at += 1)
      expect((ys[at] ?? 0) - (ys[at - 1] ?? 0)).toBeGreaterThanOrEqual(14);
    expect(Math.max(...ys)).toBeLessThanOrEqual(396);
  });

  test('are left out where they would be far from their line', () => {
    const ends = Array.from({ length: 12 }, (_, line) => ({ line, y: 200 }));
    for (const { y } of placeLabels(ends, 8, 396))
      expect(Math.abs(y - 200)).toBeLessThanOrEqual(30);
    expect(placeLabels(ends, 8, 396).length).toBeLessThan(12);
  });

  test('have room beside the lines on a wide page only', () => {
    expect(gutterOf([{ label: 'payment-service' }], 900)).toBeGreaterThan(90);
    expect(gutterOf([{ label: 'x'.repeat(300) }], 900)).toBeLessThanOrEqual(168);
    expect(gutterOf([{ label: 'payment-service' }], 400)).toBe(0);
  });
});
