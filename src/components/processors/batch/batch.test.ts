import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { type ProcessorRun, runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import { batchConfig } from './config.ts';
import { batch } from './factory.ts';

const spans = (run: ProcessorRun, count: number, tenant?: string): Batch => {
  const made = run.sources.spans(Array.from({ length: count }, () => ({})));
  made.release();
  const metadata = tenant === undefined ? {} : { metadata: { 'x-tenant': tenant } };
  return run.sources.batchOfBytes(made.signal, made.bytes, metadata);
};

const sizes = (run: ProcessorRun): number[] => run.out.batches.map(({ items }) => items);

describe('configuration', () => {
  it('has the defaults of upstream', () => {
    expect(decodePlain(batchConfig, {}).config).toEqual({
      timeout: 200,
      send_batch_size: 8192,
      send_batch_max_size: 0,
      metadata_keys: [],
      metadata_cardinality_limit: 1000,
    });
  });

  it.each<[config: object, path: string, message: string]>([
    [{ send_batch_max_size: 10 }, 'send_batch_max_size', 'must be 0 or at least send_batch_size'],
    [{ metadata_keys: ['a', 'A'] }, 'metadata_keys::1', '"A" stands here twice'],
    [{ timeout: '-1s' }, 'timeout', 'is not possible here'],
    [{ send_batch_size: -1 }, 'send_batch_size', 'is not possible here'],
  ])('%j is refused', (config, path, message) => {
    const { errors } = decodePlain(batchConfig, config);
    expect(errors.map((error) => [error.path, error.message])).toEqual([
      [path, expect.stringContaining(message)],
    ]);
  });
});

it.each<[what: string, config: object, fed: number[], atOnce: number[], later: number[]]>([
  ['waits for company', {}, [3, 4], [], [7]],
  ['goes when full', { send_batch_size: 7 }, [3, 4, 1], [7], [1]],
  ['timeout 0: each at once', { timeout: '0s' }, [3, 4], [3, 4], []],
  ['size 0: each at once, cut', { send_batch_size: 0, send_batch_max_size: 3 }, [5], [3, 2], []],
  ['is cut', { send_batch_size: 4, send_batch_max_size: 4 }, [10], [4, 4], [2]],
])('%s', async (_what, config, fed, atOnce, later) => {
  const run = await runProcessor(batch, config);
  await run.feed(...fed.map((count) => spans(run, count)));
  expect(sizes(run)).toEqual(atOnce);
  expect(run.processor.held?.()).toBe(later.reduce((sum, items) => sum + items, 0));
  await run.clock.advance(200);
  expect(sizes(run)).toEqual([...atOnce, ...later]);
  run.out.release();
  expect(run.sources.held).toBe(0);
  expect(run.clock.timers).toBe(0);
});

it('keeps headers apart that are named, and refuses combinations beyond the limit', async () => {
  const config = { metadata_keys: ['X-Tenant'], metadata_cardinality_limit: 2 };
  const run = await runProcessor(batch, config);
  await run.feed(spans(run, 1, 'a'), spans(run, 2, 'b'), spans(run, 3, 'a'), spans(run, 4, 'c'));
  expect(run.failed.map(({ reason }) => reason)).toEqual([
    'more than 2 combinations of the headers in metadata_keys',
  ]);
  await run.processor.flush?.();
  expect(run.out.batches.map(({ items, metadata }) => [items, metadata])).toEqual([
    [4, { 'x-tenant': 'a' }],
    [2, { 'x-tenant': 'b' }],
  ]);
  run.out.release();
  expect(run.sources.held).toBe(0);
});

it('joins what came with different headers where none are named', async () => {
  const run = await runProcessor(batch, {});
  await run.feed(spans(run, 1, 'a'), spans(run, 1, 'b'));
  await run.clock.advance(200);
  expect(run.out.batches.map(({ items, metadata }) => [items, metadata])).toEqual([[2, {}]]);
});

it('lets the reader wait for a slow exporter', async () => {
  const run = await runProcessor(batch, { send_batch_size: 1 });
  const slow = Promise.withResolvers<void>();
  run.out.until = slow.promise;
  let taken = false;
  const wait = Promise.resolve(run.processor.consume(spans(run, 1))).then(() => (taken = true));
  await Promise.resolve();
  expect(taken).toBe(false);
  slow.resolve();
  await wait;
});

it('counts under the Collector’s names', async () => {
  const run = await runProcessor(batch, { send_batch_size: 5, metadata_keys: ['x-tenant'] });
  await run.feed(spans(run, 5, 'a'), spans(run, 2, 'b'));
  await run.clock.advance(200);
  const text = prometheusText(run.settings.registry);
  expect(text).toContain('otelcol_processor_batch_batch_send_size_count{processor="batch"} 2\n');
  expect(text).toContain('otelcol_processor_batch_batch_send_size_sum{processor="batch"} 7\n');
  expect(text).toContain('otelcol_processor_batch_batch_size_trigger_send{processor="batch"} 1\n');
  expect(text).toContain('otelcol_processor_batch_timeout_trigger_send{processor="batch"} 1\n');
  expect(text).toContain('otelcol_processor_batch_metadata_cardinality{processor="batch"} 2\n');
  expect(text).toContain('otelcol_processor_batch_batch_send_size_bytes_count');
});
