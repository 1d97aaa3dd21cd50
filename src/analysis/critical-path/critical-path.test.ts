import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { client, internal, server, traceOf, type TestSpan } from '../suite/build-trace.ts';
import type { SpanColumns } from '../terms/span-columns.ts';
import { buildSpanTree } from '../terms/span-tree.ts';
import { findCalls } from './calls.ts';
import { criticalPath } from './critical-path.ts';
import { SegmentBuffer } from './segment-buffer.ts';

const KINDS = ['own', 'wait', 'edge', 'sleep', 'none'];

interface Stretch {
  readonly span: number;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly group: number;
}

function pathOf(columns: SpanColumns): { path: Stretch[]; groups: unknown[] } {
  const tree = buildSpanTree(columns);
  const out = new SegmentBuffer();
  const groups = criticalPath(tree, findCalls(tree), 0, out);
  const path = Array.from({ length: out.size }, (_, at) => ({
    span: out.spans[at] ?? -1,
    start: out.starts[at] ?? 0,
    end: out.ends[at] ?? 0,
    kind: KINDS[out.kinds[at] ?? 0] ?? '',
    group: out.groups[at] ?? -1,
  }));
  return { path, groups };
}

/** Spans as [parent, start, end] in ns; index 0 is the root. */
type Raw = readonly [parent: number, start: number, end: number];

function columnsOf(spans: readonly Raw[]): SpanColumns {
  const size = spans.length;
  const none = new Int32Array(size);
  return {
    size,
    baseNanos: 0n,
    starts: Float64Array.from(spans, ([, start]) => start),
    ends: Float64Array.from(spans, ([, , end]) => end),
    parents: Int32Array.from(spans, ([parent]) => parent),
    origins: Uint8Array.from(spans, ([parent]) => (parent < 0 ? 0 : 1)),
    kinds: new Uint8Array(size).fill(1),
    statuses: new Uint8Array(size),
    services: none,
    names: none,
    operations: none,
    endpoints: none,
    peers: none,
    queries: none,
    hosts: none,
    instances: none,
    strings: [''],
  };
}

describe('who had the time', () => {
  it.each<readonly [string, readonly Raw[], ReadonlyArray<readonly [number, number, number]>]>([
    ['a lone root', [[-1, 0, 10]], [[0, 0, 10]]],
    ['a root of no duration', [[-1, 5, 5]], []],
    [
      'a gap before, between and after children',
      [
        [-1, 0, 10_000],
        [0, 1_000, 4_000],
        [0, 6_000, 9_000],
      ],
      [
        [0, 0, 1_000],
        [1, 1_000, 4_000],
        [0, 4_000, 6_000],
        [2, 6_000, 9_000],
        [0, 9_000, 10_000],
      ],
    ],
    [
      'children that touch are both on it',
      [
        [-1, 0, 4],
        [0, 0, 2],
        [0, 2, 4],
      ],
      [
        [1, 0, 2],
        [2, 2, 4],
      ],
    ],
    [
      'children that overlap by a coarse clock are both on it',
      [
        [-1, 0, 40_000],
        [0, 0, 20_300],
        [0, 20_000, 40_000],
      ],
      [
        [1, 0, 20_000],
        [2, 20_000, 40_000],
      ],
    ],
    [
      'of two at once, the one that ends last',
      [
        [-1, 0, 10],
        [0, 0, 9],
        [0, 0, 5],
      ],
      [
        [1, 0, 9],
        [0, 9, 10],
      ],
    ],
    [
      'a child that was not waited for by the next is passed over',
      [
        [-1, 0, 100_000],
        [0, 0, 90_000],
        [0, 60_000, 100_000],
        [0, 10_000, 60_000],
      ],
      [
        [0, 0, 10_000],
        [3, 10_000, 60_000],
        [2, 60_000, 100_000],
      ],
    ],
    [
      'a child that outlasts its parent by less than 1 ms is cut',
      [
        [-1, 0, 10],
        [0, 5, 20],
      ],
      [
        [0, 0, 5],
        [1, 5, 10],
      ],
    ],
    [
      'a child that starts before its parent is cut',
      [
        [-1, 0, 10],
        [0, -5, 4],
      ],
      [
        [1, 0, 4],
        [0, 4, 10],
      ],
    ],
    [
      'a child wholly outside is not on it',
      [
        [-1, 0, 10],
        [0, 11, 20],
      ],
      [[0, 0, 10]],
    ],
    [
      'a child that goes on after the answer is not on it',
      [
        [-1, 0, 10e6],
        [0, 5e6, 20e6],
      ],
      [[0, 0, 10e6]],
    ],
    [
      'a child of no duration is not on it',
      [
        [-1, 0, 10],
        [0, 5, 5],
      ],
      [[0, 0, 10]],
    ],
  ])('%s', (_name, spans, expected) => {
    const { path } = pathOf(columnsOf(spans));
    expect(path.map(({ span, start, end }) => [span, start, end])).toEqual(expected);
  });

  it('adds up to the duration and never overlaps, whatever the tree', () => {
    const span = fc.tuple(fc.nat(1000), fc.integer({ min: -20, max: 120 }), fc.nat(140));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 60 }), (raw) => {
        const spans = raw.map(([p, start, length], i): Raw => [p % (i + 1), start, start + length]);
        let cursor = 0;
        for (const { start, end } of pathOf(columnsOf([[-1, 0, 100], ...spans])).path) {
          expect(start).toBe(cursor);
          expect(end).toBeGreaterThan(start);
          cursor = end;
        }
        expect(cursor).toBe(100);
      }),
    );
  });

  it('takes a chain and a fan of 100,000 spans', () => {
    const size = 100_000;
    const chain = Array.from({ length: size }, (_, i): Raw => [i, 0, size]);
    expect(pathOf(columnsOf([[-1, 0, size], ...chain])).path).toHaveLength(1);
    const fan = Array.from({ length: size }, (_, i): Raw => [0, i, i + 1]);
    expect(pathOf(columnsOf([[-1, 0, size], ...fan])).path).toHaveLength(size);
  });
});

const kindsOf = (root: TestSpan): string[] =>
  pathOf(traceOf(root)).path.map(({ kind, start, end }) => `${kind} ${(end - start) / 1e6}`);

describe('what kind of time', () => {
  it.each<readonly [string, TestSpan, readonly string[]]>([
    ['own: nothing inside', server('a', 'r', 0, 100), ['own 100']],
    [
      'own: gaps shorter than 2 % of the trace',
      server('a', 'r', 0, 1000, {}, internal('a', 'x', 15, 985)),
      ['own 15', 'own 970', 'own 15'],
    ],
    [
      'none: longer gaps beside spans that cover something',
      server('a', 'r', 0, 1000, {}, internal('a', 'x', 15, 700)),
      ['own 15', 'own 685', 'none 300'],
    ],
    [
      'own: the spans inside are mere marks',
      server('a', 'r', 0, 1000, {}, internal('a', 'x', 15, 16)),
      ['own 15', 'own 1', 'own 984'],
    ],
    [
      'own: something that nobody waited for ran beside the gap',
      server('a', 'r', 0, 1000, {}, internal('a', 'x', 0, 980), internal('a', 'y', 500, 1000)),
      ['own 500', 'own 500'],
    ],
    [
      'wait: a call that nobody answered here, with what its client does inside',
      server('a', 'r', 0, 100, {}, client('a', 'GET', 0, 100, {}, internal('a', 'dns', 10, 30))),
      ['wait 10', 'wait 20', 'wait 70'],
    ],
    [
      'edge: on the way to a service and back',
      server('a', 'r', 0, 100, {}, client('a', 'GET', 0, 100, {}, server('b', 's', 30, 90))),
      ['edge 30', 'own 60', 'edge 10'],
    ],
    [
      'edge: through two layers of client',
      server(
        'a',
        'r',
        0,
        100,
        {},
        client('a', 'rpc', 0, 100, {}, client('a', 'POST', 20, 90, {}, server('b', 's', 30, 80))),
      ),
      ['edge 20', 'edge 10', 'own 50', 'edge 10', 'edge 10'],
    ],
    [
      'sleep: between a failed attempt and the next',
      server(
        'a',
        'r',
        0,
        100,
        {},
        client('a', 'GET', 0, 20, { peer: 'p', failed: true }),
        client('a', 'GET', 60, 100, { peer: 'p' }),
      ),
      ['wait 20', 'sleep 40', 'wait 40'],
    ],
    [
      'no sleep: the first did not fail',
      server(
        'a',
        'r',
        0,
        100,
        {},
        client('a', 'GET', 0, 20, { peer: 'p' }),
        client('a', 'GET', 60, 100, { peer: 'p' }),
      ),
      ['wait 20', 'none 40', 'wait 40'],
    ],
    [
      'no sleep: the next asks somebody else',
      server(
        'a',
        'r',
        0,
        100,
        {},
        client('a', 'GET', 0, 20, { peer: 'p', failed: true }),
        client('a', 'GET', 60, 100, { peer: 'q' }),
      ),
      ['wait 20', 'none 40', 'wait 40'],
    ],
  ])('%s', (_name, root, expected) => {
    expect(kindsOf(root)).toEqual(expected);
  });
});

const calls = (
  count: number,
  lengthMs: number,
  pauseMs: number,
  failed: (i: number) => boolean = () => false,
): TestSpan[] =>
  Array.from({ length: count }, (_, i) => {
    const start = i * (lengthMs + pauseMs);
    return client('a', 'GET', start, start + lengthMs, { peer: 'p', failed: failed(i) });
  });

describe('calls that belong together', () => {
  it.each<readonly [string, readonly TestSpan[], readonly string[]]>([
    ['four, one after another', calls(4, 20, 1), ['serial 4']],
    ['three are not enough', calls(3, 20, 1), []],
    ['two at once are none', calls(8, 20, -10), []],
    [
      'overlapping by less than the step of their clock',
      calls(12, 4.7, 0).map((span) => ({
        ...span,
        startMs: Math.floor(span.startMs),
        endMs: Math.floor(span.startMs) + 4.7,
      })),
      ['serial 12'],
    ],
    ['overlapping by as much again and again', calls(12, 4.7, -0.7), []],
    ['two at once, each shorter than the step of their clock', calls(40, 0.9, -0.5), []],
    [
      'one of them has most of the time',
      [...calls(3, 5, 1), client('a', 'GET', 30, 99, { peer: 'p' })],
      [],
    ],
    [
      'one that failed among many is still one after another',
      calls(6, 10, 1, (i) => i === 2),
      ['serial 6'],
    ],
    ['each failed but the last: attempts', calls(5, 15, 5, (i) => i < 4), ['attempts 5']],
    [
      'a quick failure before a long success is no matter of attempts',
      [
        client('a', 'GET', 0, 1, { peer: 'p', failed: true }),
        client('a', 'GET', 2, 99, { peer: 'p' }),
      ],
      [],
    ],
    [
      'spans around one call each',
      Array.from({ length: 5 }, (_, i) =>
        internal(
          'a',
          'check',
          i * 20,
          i * 20 + 19,
          {},
          client('a', 'GET', i * 20 + 1, i * 20 + 18, { peer: 'p' }),
        ),
      ),
      ['serial 5'],
    ],
    [
      'a loop that computes is no loop of calls',
      Array.from({ length: 5 }, (_, i) => internal('a', 'check', i * 20, i * 20 + 19)),
      [],
    ],
    [
      'two kinds of calls in turn',
      Array.from({ length: 8 }, (_, i) =>
        client('a', i % 2 === 0 ? 'GET' : 'PUT', i * 12, i * 12 + 11, { peer: 'p' }),
      ),
      ['serial 4', 'serial 4'],
    ],
  ])('%s', (_name, children, expected) => {
    const { groups } = pathOf(traceOf(server('a', 'r', 0, 100, {}, ...children)));
    expect(
      (groups as Array<{ kind: string; members: number[] }>).map(
        ({ kind, members }) => `${kind} ${members.length}`,
      ),
    ).toEqual(expected);
  });

  it('own the short pauses between them, not the long ones', () => {
    const [first, second, third, fourth] = calls(4, 20, 1);
    const late = [third, fourth].flatMap((span) =>
      span === undefined ? [] : [{ ...span, startMs: span.startMs + 10, endMs: span.endMs + 10 }],
    );
    const early = [first, second].flatMap((span) => span ?? []);
    const { path } = pathOf(traceOf(server('a', 'r', 0, 100, {}, ...early, ...late)));
    expect(path.map(({ kind, group }) => `${kind} ${group}`)).toEqual([
      'wait 0',
      'own 0',
      'wait 0',
      'none -1',
      'wait 0',
      'own 0',
      'wait 0',
      'none -1',
    ]);
  });
});
