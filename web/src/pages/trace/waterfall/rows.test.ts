import { describe, expect, test } from 'vitest';
import type { TraceNote } from '../../../../../src/api/contract/traces.ts';
import { hiding } from './hiding.ts';
import { itemsReader, topNotes, type ItemsInput } from './items.ts';
import { rowAt, rowsOf, topsOf, type Row, type RowsInput } from './rows.ts';
import { segment, spansOf, type Line } from './trace-of.fixture.ts';
import { treeOf } from './tree.ts';

//  root ─┬ a ─ a1
//        ├ get ×4 (each with a query below)
//        └ b
const LINES: readonly Line[] = [
  ['root', -1, 'shop', 0, 100],
  ['a', 0, 'shop', 1, 20],
  ['a1', 1, 'shop', 2, 10],
  ['get', 0, 'stock', 21, 30],
  ['query', 3, 'stock', 22, 29],
  ['get', 0, 'stock', 31, 40, { error: true }],
  ['query', 5, 'stock', 32, 39],
  ['get', 0, 'stock', 41, 50],
  ['get', 0, 'stock', 51, 60],
  ['b', 0, 'shop', 61, 90],
];

const spans = spansOf(LINES);
const tree = treeOf(spans, [segment(0, 0, 1), segment(2, 1, 2), segment(4, 22, 29)]);

type Change = Partial<
  Omit<RowsInput, 'itemsOf' | 'topNotes' | 'isOpen'> &
    ItemsInput & { isOpen: (span: number) => boolean }
>;

const input = ({ isOpen = () => true, ...change }: Change = {}): RowsInput => {
  const items = { spans, tree, notes: [], logs: [], fold: true, only: null, ...change };
  return {
    openFolds: new Set(),
    ...items,
    isOpen: Uint8Array.from({ length: items.spans.count }, (_, at) => (isOpen(at) ? 1 : 0)),
    itemsOf: itemsReader(items),
    topNotes: topNotes(items),
  };
};

/** A row as a line of text: indent, name, marks. */
const draw = (rows: readonly Row[]): string[] =>
  rows.map((row) => {
    const indent = '  '.repeat(row.depth);
    switch (row.kind) {
      case 'span':
        return `${indent}${LINES[row.span]?.[0] ?? ''}${row.hidden > 0 ? ` +${String(row.hidden)}` : ''}`;
      case 'fold':
        return `${indent}${LINES[row.span]?.[0] ?? ''} ×${String(row.members.length)}`;
      case 'note':
        return `${indent}note`;
      case 'log':
        return `${indent}log`;
      default:
        return row satisfies never;
    }
  });

describe('the tree', () => {
  test('subtrees are ranges', () => {
    expect([...tree.end]).toEqual([10, 3, 3, 5, 5, 7, 7, 8, 9, 10]);
  });

  test('time on the path and errors are summed upwards', () => {
    expect(tree.subtreePath[0]).toBe(9e6);
    expect(tree.subtreePath[1]).toBe(1e6);
    expect(tree.ownPath[1]).toBe(0);
    expect(tree.subtreeErrors[0]).toBe(1);
    expect(tree.subtreeErrors[1]).toBe(0);
  });
});

describe('rows', () => {
  test.each<readonly [string, Change, readonly string[]]>([
    ['similar siblings fold', {}, ['root', '  a', '    a1', '  get ×4', '  b']],
    [
      'without folding every span has a row',
      { fold: false },
      [
        'root',
        '  a',
        '    a1',
        '  get',
        '    query',
        '  get',
        '    query',
        '  get',
        '  get',
        '  b',
      ],
    ],
    [
      'a closed span hides its subtree',
      { isOpen: (span) => span !== 1 },
      ['root', '  a +1', '  get ×4', '  b'],
    ],
    ['a closed root hides all', { isOpen: () => false }, ['root +9']],
    [
      'an open fold shows its members one level deeper',
      { openFolds: new Set([3]), isOpen: (span) => span === 0 },
      ['root', '  a +1', '  get ×4', '    get +1', '    get +1', '    get', '    get', '  b'],
    ],
    [
      'log lines and notes stand in order of time',
      {
        logs: [
          { span: 0, at: 60.5e6 },
          { span: 2, at: 3e6 },
        ],
        notes: [{ kind: 'none', span: 0, text: 'gap', start: 20e6, end: 21e6 } satisfies TraceNote],
      },
      ['root', '  a', '    a1', '      log', '  note', '  get ×4', '  log', '  b'],
    ],
    [
      'a note about the whole trace stands first',
      {
        notes: [{ kind: 'missing-root', span: -1, text: '', start: 0, end: null }],
        isOpen: () => false,
      },
      ['note', 'root +9'],
    ],
    [
      'one part alone keeps what is above it',
      { only: new Set([0, 3, 4]) },
      ['root', '  get', '    query'],
    ],
  ])('%s', (_, change, expected) => {
    expect(draw(rowsOf(input(change)).rows)).toEqual(expected);
  });

  test('every span knows the row it is in or hidden in', () => {
    const { rowOf, memberOf } = rowsOf(input({ isOpen: (span) => span !== 1 }));
    expect([...rowOf]).toEqual([0, 1, 1, 2, 2, 2, 2, 2, 2, 3]);
    expect([...memberOf]).toEqual([-1, -1, -1, 3, 3, 5, 5, 7, 8, -1]);
  });

  test('a filtered span has no row', () => {
    expect(rowsOf(input({ only: new Set([0, 9]) })).rowOf[3]).toBe(-1);
  });

  test('keys are those of spans, so that focus survives new data', () => {
    const keys = rowsOf(input()).rows.map((row) => row.key);
    expect(keys).toEqual(['s0', 's1', 's2', 'fold 3', 's9']);
  });

  test('a chain of 50,000 spans needs no stack', () => {
    const deep = spansOf(Array.from({ length: 50_000 }, (_, at): Line => ['x', at - 1, 's', 0, 1]));
    const result = rowsOf(input({ spans: deep, tree: treeOf(deep, []) }));
    expect(result.rows).toHaveLength(50_000);
    expect(result.rows.at(-1)?.depth).toBe(49_999);
  });
});

describe('what hides a span', () => {
  const model = (change: Change) => {
    const given = input(change);
    return { rows: rowsOf(given), isOpen: given.isOpen };
  };

  test.each<readonly [string, Change, number, readonly string[]]>([
    ['nothing, where it has a row', {}, 2, []],
    ['closed spans above it, nearest first', { isOpen: (span) => span > 1 }, 2, ['s1', 's0']],
    ['a member of a fold is shown by the fold', {}, 5, []],
    ['below a member the fold opens', {}, 6, ['xs3']],
    ['and the member, where it is closed', { isOpen: (span) => span !== 5 }, 6, ['s5', 'xs3']],
  ])('%s', (_, change, span, expected) => {
    expect(hiding(spans, model(change), span)).toEqual(expected);
  });
});

describe('heights', () => {
  const { rows } = rowsOf(input());
  const tops = topsOf(
    rows.map((row, at) => (at === 3 ? { kind: 'log', key: 'log', log: 0, depth: 0 } : row)),
    40,
    24,
  );
  test('tops add up', () => {
    expect([...tops]).toEqual([0, 40, 80, 120, 144, 184]);
  });
  test.each([
    [-5, 0],
    [0, 0],
    [39.9, 0],
    [40, 1],
    [130, 3],
    [143, 3],
    [144, 4],
    [9999, 4],
  ])('at %s is row %s', (y, row) => {
    expect(rowAt(tops, y)).toBe(row);
  });
});
