// The parts of the trace pass that need no store.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNT, DigestSums, ERRORS, NANOS, WEIGHT, WEIGHTED_ERRORS } from './digest-sums.ts';
import { NAMES_MAX, OTHER } from './limits.ts';
import { LateTraces } from './late-traces.ts';
import { NameLimit } from './name-limit.ts';
import { OpenTraces } from './open-traces.ts';
import { PassClock } from './pass-clock.ts';
import { Sampling } from './sampling.ts';
import { Sums } from './sums.ts';
import { RecentTraceIds, TraceIdSet } from './trace-ids.ts';

describe('OpenTraces', () => {
  it('finds what is open and nothing else, whatever comes and goes', () => {
    const step = fc.record({ id: fc.nat(200), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const open = new OpenTraces();
        const model = new Map<number, number>();
        for (const { id, add } of steps) {
          if (add) model.set(id, open.open(id, 0, 0, id % 3, 0));
          else if (model.has(id)) {
            open.remove(open.find(id, 0, 0, id % 3));
            model.delete(id);
          }
          expect(open.size).toBe(model.size);
        }
        for (let id = 0; id <= 200; id++)
          expect(open.find(id, 0, 0, id % 3)).toBe(model.get(id) ?? -1);
      }),
    );
  });

  it('grows and shrinks', () => {
    const open = new OpenTraces();
    for (let id = 0; id < 50_000; id++) open.open(id, 1, 2, 3, 0);
    for (let id = 0; id < 50_000; id++) open.remove(open.find(id, 1, 2, 3));
    expect([open.size, open.limit, open.first.length]).toEqual([0, 0, 1_024]);
    expect(open.open(7, 1, 2, 3, 0)).toBe(0);
  });

  it.each([
    ['with a root, quiet for less than 5 s', 1, 0, 4_999, false],
    ['with a root, quiet for 5 s', 1, 0, 5_000, true],
    ['without a root, quiet for 5 s', 0, 0, 5_000, false],
    ['without a root, 60 s after its first span', 0, 59_000, 60_000, true],
    ['with a root, busy 60 s after its first span', 1, 59_999, 60_000, true],
  ])('%s', (_name, hasRoot, lastSeenMs, nowMs, expected) => {
    const open = new OpenTraces();
    const trace = open.open(1, 2, 3, 4, 0);
    open.hasRoot[trace] = hasRoot;
    open.lastSeenMs[trace] = lastSeenMs;
    expect(open.isDue(trace, nowMs)).toBe(expected);
  });
});

describe('PassClock', () => {
  it('is arrival time during a backlog, then goes on by itself', () => {
    let mono = 0;
    const clock = new PassClock(0, () => mono);
    clock.advance(1_000_000, false);
    mono += 500;
    expect(clock.nowMs()).toBe(1_000_000);
    clock.advance(1_060_000, true);
    mono += 500;
    expect(clock.nowMs()).toBe(1_060_500);
  });

  it.each([
    ['a jump back', -3_600_000, 10_000],
    ['a jump ahead', 3_600_000, 10_000],
    ['a little ahead', 12_000, 12_000],
  ])('when caught up, %s', (_name, receivedMs, expected) => {
    let mono = 0;
    const clock = new PassClock(0, () => mono);
    clock.advance(0, true);
    mono = 10_000;
    clock.advance(receivedMs, true);
    expect(clock.nowMs()).toBe(expected);
  });
});

describe('NameLimit', () => {
  it('lets so many names through an hour and service, the same ones again', () => {
    const limit = new NameLimit();
    for (let i = 0; i < NAMES_MAX; i++) expect(limit.allow(1, 'a', `n${i}`)).toBe(`n${i}`);
    expect([
      limit.allow(1, 'a', 'one more'),
      limit.allow(1, 'a', 'n7'),
      limit.allow(1, 'b', 'one more'),
      limit.allow(2, 'a', 'one more'),
      limit.allow(1, 'a', ''),
      limit.refused,
    ]).toEqual([OTHER, 'n7', 'one more', 'one more', '', 1]);
  });
});

describe('Sampling', () => {
  const word = (lastByte: number): number => (lastByte << 24) >>> 0;
  const factors = (sampling: Sampling, nowMs: number): number[] =>
    [0, 1, 2, 3].map((byte) => sampling.factorOf(1, 2, byte, word(byte), nowMs));

  it('looks at every trace until it is told', () => {
    expect(factors(new Sampling(), 0)).toEqual([1, 1, 1, 1]);
  });

  it('halves, and open traces take over the weight of those let go', () => {
    const sampling = new Sampling();
    const open = new OpenTraces();
    for (let byte = 0; byte < 4; byte++) open.open(1, 2, byte, word(byte), 0);
    expect(sampling.tighten(open)).toBe(2);
    expect(factors(sampling, 0)).toEqual([2, 0, 2, 0]);
    expect([open.size, open.factors[open.find(1, 2, 2, word(2))]]).toEqual([2, 2]);
    sampling.tighten(open);
    expect(factors(sampling, 0)).toEqual([4, 0, 0, 0]);
  });

  it('ignores traces that may have begun before a step back', () => {
    const sampling = new Sampling(2);
    sampling.loosen(0);
    expect(sampling.factor).toBe(1);
    expect(factors(sampling, 5_000)).toEqual([2, 0, 2, 0]);
    expect(sampling.factorOf(1, 2, 3, word(3), 20_000)).toBe(0); // seen during the first seconds
    expect(sampling.factorOf(9, 9, 9, word(3), 20_000)).toBe(1);
    expect(sampling.factorOf(9, 9, 9, word(2), 20_000)).toBe(1);
    expect(factors(sampling, 70_000)).toEqual([1, 1, 1, 1]);
  });

  it('ends at one in 256', () => {
    const sampling = new Sampling();
    for (let i = 0; i < 20; i++) sampling.tighten(new OpenTraces());
    expect(sampling.factor).toBe(256);
  });
});

describe('Sums', () => {
  it('add up by key, whatever the order', () => {
    const small = fc.nat(3);
    const row = fc.tuple(small, small, small, small, small, small, small, small);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 600 }), (rows) => {
        const sums = new Sums(2);
        const model = new Map<string, number>();
        for (const [slice, minute, root, endpoint, service, operation, peer, kind] of rows) {
          sums.enter(slice, minute, root, endpoint);
          sums.add(1, sums.row(service, operation, peer, kind), 1);
          const key = [slice, minute, root, endpoint, service, operation, peer, kind].join(' ');
          model.set(key, (model.get(key) ?? 0) + 1);
        }
        const columns = Array.from({ length: 8 }, (_, column) => sums.keyColumn(column));
        const found = new Map(
          Array.from({ length: sums.size }, (_, i) => [
            columns.map((column) => column[i]).join(' '),
            sums.values[1]?.[i],
          ]),
        );
        expect(found).toEqual(model);
        expect(sums.size).toBe(model.size);
      }),
    );
  });
});

describe('DigestSums', () => {
  it('keeps single durations exact, and many within a range of 1/64 octave', () => {
    const digests = new DigestSums();
    digests.enter(0, 0, 1, 2);
    for (const nanos of [3, 1_000_000, 1_001_000, 1_050_000]) digests.add(0, 0, 0, nanos, 1, false);
    digests.add(0, 0, 1, 3, 4, true);
    const { sums } = digests;
    const rows = Array.from({ length: sums.size }, (_, row) => [
      sums.keyColumn(6)[row],
      ...[COUNT, WEIGHT, NANOS, ERRORS, WEIGHTED_ERRORS].map(
        (column) => sums.values[column]?.[row],
      ),
    ]);
    expect(rows).toEqual([
      [0, 1, 1, 3, 0, 0],
      [0, 2, 2, 2_001_000, 0, 0],
      [0, 1, 1, 1_050_000, 0, 0],
      [1, 1, 4, 12, 1, 4],
    ]);
  });
});

describe('trace ids', () => {
  it('are remembered exactly', () => {
    const set = new TraceIdSet();
    for (let i = 0; i < 10_000; i++) set.add(i, i * 7, 1, 2);
    set.add(5, 35, 1, 2);
    expect([set.size, set.has(5, 35, 1, 2), set.has(5, 35, 1, 3)]).toEqual([10_000, true, false]);
  });

  it('are forgotten, the oldest first', () => {
    const recent = new RecentTraceIds(10);
    for (let i = 0; i < 35; i++) recent.add(i, 0, 0, 0);
    expect([9, 19, 20, 34].map((i) => recent.has(i, 0, 0, 0))).toEqual([false, false, true, true]);
  });
});

it('late traces wait until they are quiet', () => {
  const late = new LateTraces(3);
  late.note('a', 0);
  late.note('b', 1_000);
  late.note('a', 2_000);
  expect([late.spans, late.due(5_999), late.due(6_000), late.due(7_000)]).toEqual([
    6,
    [],
    ['b'],
    ['a', 'b'],
  ]);
  late.done(['a']);
  expect(late.waiting).toBe(1);
});
