import { expect, it } from 'vitest';
import { settle, FakeClock } from '../suite/fake-clock.ts';
import { TestSources } from '../suite/test-batches.ts';
import type { Batch } from '../batch.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';
import { Partitions } from './partitions.ts';

type Limits = Partial<Pick<BatcherOptions, 'sizer' | 'minSize' | 'maxSize' | 'timeoutMs'>>;

function setUp(limits: Limits) {
  const clock = new FakeClock();
  const sources = new TestSources();
  const out: Array<[items: number, trigger: string]> = [];
  const batches: Batch[] = [];
  const options: BatcherOptions = {
    clock,
    sizer: 'items',
    minSize: 10,
    maxSize: 0,
    timeoutMs: 200,
    ...limits,
    emit: (batch, trigger) => {
      out.push([batch.items, trigger]);
      batches.push(batch);
    },
  };
  const spans = (count: number): Batch => sources.spans(Array.from({ length: count }, () => ({})));
  return { clock, sources, out, batches, options, spans };
}

it.each<
  [what: string, limits: Limits, added: number[], expected: Array<[number, string]>, left: number]
>([
  ['waits below the size', {}, [3, 4], [], 7],
  ['goes at the size', {}, [3, 7], [[10, 'size']], 0],
  ['goes whole beyond the size', {}, [3, 40], [[43, 'size']], 0],
  [
    'goes at once without a time',
    { timeoutMs: 0 },
    [3, 4],
    [
      [3, 'size'],
      [4, 'size'],
    ],
    0,
  ],
  ['goes at once without a size', { minSize: 0 }, [3], [[3, 'size']], 0],
  [
    'is cut at the limit, the rest waits',
    { maxSize: 10 },
    [25],
    [
      [10, 'size'],
      [10, 'size'],
    ],
    5,
  ],
  [
    'is cut evenly',
    { maxSize: 10 },
    [20],
    [
      [10, 'size'],
      [10, 'size'],
    ],
    0,
  ],
  [
    'is cut at once without a time',
    { maxSize: 10, timeoutMs: 0 },
    [25],
    [
      [10, 'size'],
      [10, 'size'],
      [5, 'size'],
    ],
    0,
  ],
  ['waits for time only', { minSize: Infinity }, [1000], [], 1000],
])('%s', async (_what, limits, added, expected, left) => {
  const { options, spans, out, clock, sources, batches } = setUp(limits);
  const batcher = new Batcher(options);
  for (const count of added) await batcher.add(spans(count));
  expect(out).toEqual(expected);
  expect(batcher.items).toBe(left);
  await clock.advance(200);
  expect(batcher.items).toBe(0);
  expect(out.slice(expected.length)).toEqual(left === 0 ? [] : [[left, 'timeout']]);
  expect(clock.timers).toBe(0);
  for (const batch of batches) batch.release();
  expect(sources.held).toBe(0);
});

it('counts the time from the first that waits', async () => {
  const { options, spans, out, clock } = setUp({});
  const batcher = new Batcher(options);
  void batcher.add(spans(1));
  await clock.advance(150);
  void batcher.add(spans(1));
  await clock.advance(49);
  expect(out).toEqual([]);
  await clock.advance(1);
  expect(out).toEqual([[2, 'timeout']]);
});

it('makes the next wait while what it passed on is waited for', async () => {
  const { options, spans, clock } = setUp({});
  const slow = Promise.withResolvers<void>();
  const batcher = new Batcher({ ...options, emit: () => slow.promise });
  expect(batcher.add(spans(1))).toBeUndefined();
  await clock.advance(200);
  let taken = false;
  const next = Promise.resolve(batcher.add(spans(1))).then(() => (taken = true));
  await settle();
  expect(taken).toBe(false);
  slow.resolve();
  await next;
});

it('keeps combinations of headers apart, up to the limit', async () => {
  const { options, sources, batches, clock } = setUp({});
  const partitions = new Partitions({ ...options, keys: ['X-Tenant'], limit: 2 });
  const from = (tenant: string): Batch =>
    sources.batch(
      'traces',
      {
        resourceSpans: [
          { scopeSpans: [{ spans: [{ traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8) }] }] },
        ],
      },
      { metadata: { 'x-tenant': tenant, other: 'gone' } },
    );
  expect(partitions.add(from('a'))).toBeUndefined();
  expect(partitions.add(from('b'))).toBeUndefined();
  expect(partitions.add(from('a'))).toBeUndefined();
  expect(partitions.add(from('c'))).toBe('refused');
  await clock.advance(200);
  expect(batches.map(({ items, metadata }) => [items, metadata])).toEqual([
    [2, { 'x-tenant': 'a' }],
    [1, { 'x-tenant': 'b' }],
  ]);
  expect(partitions.add(from('c'))).toBeUndefined(); // the empty ones made room
});
