import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSpanColumns, type SpanRow } from './span-columns.ts';
import { rootOf, timeToAnswer } from './answer.ts';
import { buildSpanTree } from './span-tree.ts';

const ROW: SpanRow = {
  spanId: '1',
  parentSpanId: '',
  startNanos: 0n,
  durationNanos: 10n,
  kind: 1,
  status: 0,
  service: 'a',
  name: 'x',
  endpoint: '',
  peer: '',
};

const row = (spanId: string, parentSpanId: string, more: Partial<SpanRow> = {}): SpanRow => ({
  ...ROW,
  spanId,
  parentSpanId,
  ...more,
});

const ORIGINS = ['root', 'parent', 'link', 'missing', 'cycle', 'repeated'];

const shapeOf = (...rows: readonly SpanRow[]): unknown[] => {
  const { parents, origins } = buildSpanColumns(rows);
  return Array.from(parents, (parent, i) => [ORIGINS[origins[i] ?? 0], parent]);
};

describe('parents', () => {
  it.each<readonly [string, readonly SpanRow[], ReadonlyArray<readonly [string, number]>]>([
    ['no spans', [], []],
    ['zeros are no parent', [row('1', '0000000000000000')], [['root', -1]]],
    [
      'a child before its parent',
      [row('2', '1'), row('1', '')],
      [
        ['parent', 1],
        ['root', -1],
      ],
    ],
    ['a parent that did not arrive', [row('2', 'ff')], [['missing', -1]]],
    [
      'ids differ in their upper half',
      [row('1', ''), row('100000001', ''), row('3', '100000001')],
      [
        ['root', -1],
        ['root', -1],
        ['parent', 1],
      ],
    ],
    [
      'the same span twice counts once',
      [row('1', ''), row('2', '1'), row('2', '1')],
      [
        ['root', -1],
        ['parent', 0],
        ['repeated', -1],
      ],
    ],
    [
      'client and server under one id',
      [
        row('1', ''),
        row('2', '1', { kind: 3 }),
        row('2', '1', { kind: 2, service: 'b' }),
        row('3', '2', { service: 'b' }),
        row('4', '2', { service: 'a' }),
        row('5', '2', { service: 'c' }),
      ],
      [
        ['root', -1],
        ['parent', 0],
        ['parent', 1],
        ['parent', 2],
        ['parent', 1],
        ['parent', 2],
      ],
    ],
    ['its own parent', [row('1', '1')], [['cycle', -1]]],
    [
      'a circle is opened at its earliest span',
      [
        row('1', '2', { startNanos: 5n }),
        row('2', '1', { startNanos: 3n }),
        row('3', '1', { startNanos: 0n }),
      ],
      [
        ['parent', 1],
        ['cycle', -1],
        ['parent', 0],
      ],
    ],
    [
      'a link into the trace',
      [row('1', ''), row('2', '', { links: ['9', '1'] })],
      [
        ['root', -1],
        ['link', 0],
      ],
    ],
    ['a link to itself leads nowhere', [row('1', '', { links: ['1'] })], [['root', -1]]],
    [
      'a parent id wins over a link',
      [row('1', ''), row('2', ''), row('3', '2', { links: ['1'] })],
      [
        ['root', -1],
        ['root', -1],
        ['parent', 1],
      ],
    ],
  ])('%s', (_name, rows, expected) => {
    expect(shapeOf(...rows)).toEqual(expected);
  });

  it('are a forest that reaches every span once, whatever the ids', () => {
    const id = fc.constantFrom('0', '1', '2', '3', '4', '5', '100000001');
    const span = fc.record({
      spanId: id,
      parentSpanId: id,
      kind: fc.nat(5),
      startNanos: fc.bigInt(0n, 5n),
      service: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), (raw) => {
        const columns = buildSpanColumns(raw.map((each) => ({ ...ROW, ...each })));
        const { order } = buildSpanTree(columns);
        const repeated = columns.origins.filter((origin) => origin === 5).length;
        expect(new Set(order).size).toBe(raw.length - repeated);
        const position = new Map(Array.from(order, (each, i) => [each, i]));
        for (const each of order) {
          const parent = columns.parents[each] ?? -1;
          expect(position.get(parent) ?? -1).toBeLessThan(position.get(each) ?? -1);
        }
      }),
    );
  });

  it('cost no quadratic walk when a sender gives all spans one id', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) =>
      row('1', i === 0 ? '' : '1', { startNanos: BigInt(i) }),
    );
    const before = process.cpuUsage();
    expect(buildSpanTree(buildSpanColumns(rows)).order).toHaveLength(100_000);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

describe('times', () => {
  it('count from the first span without a parent', () => {
    const { starts, ends, baseNanos } = buildSpanColumns([
      row('2', '1', { startNanos: 90n, durationNanos: 5n }),
      row('1', '', { startNanos: 100n, durationNanos: 10n }),
    ]);
    expect([baseNanos, ...starts, ...ends]).toEqual([100n, -10, 0, -5, 10]);
  });

  it.each([
    ['no duration', 0n, 0],
    ['an end before the start', -5n, 0],
  ])('%s', (_name, durationNanos, expected) => {
    const tree = buildSpanTree(buildSpanColumns([row('1', '', { durationNanos })]));
    expect(timeToAnswer(tree, rootOf(tree))).toBe(expected);
  });

  it.each([
    ['1970', 0n],
    ['2300', 10_413_792_000_000_000_000n],
    ['the last nanosecond there is', 18_446_744_073_709_551_615n],
  ])('are exact in %s', (_name, startNanos) => {
    const { starts, ends } = buildSpanColumns([row('1', '', { startNanos, durationNanos: 1n })]);
    expect([...starts, ...ends]).toEqual([0, 1]);
  });
});

describe('operations', () => {
  it.each([
    ['the name', { name: 'GET' }, 'GET'],
    ['the query in short', { name: 'pg.query', query: 'select * from stock' }, 'SELECT stock'],
    ['the name when the query is not understood', { name: 'HGET', query: 'HGET k f' }, 'HGET'],
  ])('%s', (_name, more, expected) => {
    const { operations, strings } = buildSpanColumns([row('1', '', more)]);
    expect(strings[operations[0] ?? 0]).toBe(expected);
  });
});

describe('the root', () => {
  it.each<readonly [string, readonly SpanRow[], number]>([
    ['the one without a parent', [row('2', '1'), row('1', '')], 1],
    ['the first of two', [row('1', '', { startNanos: 5n }), row('2', '', { startNanos: 1n })], 1],
    ['the longer of two at once', [row('1', ''), row('2', '', { durationNanos: 90n })], 1],
    [
      'never one whose parent is missing, while a root is there',
      [row('2', '9', { startNanos: 0n, durationNanos: 90n }), row('1', '', { startNanos: 5n })],
      1,
    ],
    [
      'the longest when all parents are missing',
      [row('2', '9'), row('3', '8', { startNanos: 7n, durationNanos: 90n })],
      1,
    ],
    ['none of no spans', [], -1],
  ])('%s', (_name, rows, expected) => {
    expect(rootOf(buildSpanTree(buildSpanColumns(rows)))).toBe(expected);
  });
});

it('takes a million spans', () => {
  const rows = Array.from({ length: 1_000_000 }, (_, i) => ({
    ...ROW,
    spanId: (i + 1).toString(16).padStart(16, '0'),
    parentSpanId: i === 0 ? '' : ((i >> 2) + 1).toString(16).padStart(16, '0'),
    startNanos: BigInt(i),
  }));
  expect(buildSpanTree(buildSpanColumns(rows)).order).toHaveLength(1_000_000);
}, 30_000);
