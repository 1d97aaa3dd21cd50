import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { type ProcessorRun, runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { idOf } from '../../../pipeline/suite/test-batches.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import { groupByTraceConfig } from './config.ts';
import { groupByTraceProcessor } from './factory.ts';

/** `feed(run, 'a1 b1 a2')`: three spans of two traces in one request. */
const feed = (run: ProcessorRun, text: string): Promise<void> =>
  run.feed(
    run.sources.spans(
      text.split(' ').map((name) => ({ name, traceId: idOf(16, name.charCodeAt(0)) })),
    ),
  );

const out = (run: ProcessorRun): string[] =>
  run.out.requests('traces').map(({ resourceSpans }) =>
    resourceSpans
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
      .map(({ name }) => name)
      .join(' '),
  );

it('has the defaults of upstream', () => {
  expect(decodePlain(groupByTraceConfig, {}).config).toEqual({
    wait_duration: 1000,
    num_traces: 1_000_000,
    num_workers: 1,
    discard_orphans: false,
    store_on_disk: false,
  });
});

it.each([
  [{ discard_orphans: true }, 'discard_orphans'],
  [{ store_on_disk: true }, 'store_on_disk'],
  [{ num_traces: 0 }, 'num_traces'],
])('%j is refused', (config, path) => {
  expect(decodePlain(groupByTraceConfig, config).errors.map((one) => one.path)).toEqual([path]);
});

it('passes on whole traces, each after its time', async () => {
  const run = await runProcessor(groupByTraceProcessor);
  await feed(run, 'a1 b1 a2');
  await run.clock.advance(500);
  await feed(run, 'c1 b2');
  await run.clock.advance(499);
  expect([out(run), run.processor.held?.()]).toEqual([[], 5]);
  await run.clock.advance(1);
  expect(out(run)).toEqual(['a1 a2', 'b1 b2']);
  await feed(run, 'a3'); // late: it waits anew
  await run.clock.advance(500);
  expect(out(run)).toEqual(['a1 a2', 'b1 b2', 'c1']);
  await run.clock.advance(500);
  expect(out(run)).toEqual(['a1 a2', 'b1 b2', 'c1', 'a3']);
  run.out.release();
  expect([run.sources.held, run.processor.held?.(), run.clock.timers]).toEqual([0, 0, 0]);
  const text = prometheusText(run.settings.registry);
  const name = 'otelcol_processor_groupbytrace';
  expect(text).toContain(`${name}_traces_released{processor="group_by_trace"} 4\n`);
  expect(text).toContain(`${name}_spans_released{processor="group_by_trace"} 6\n`);
  expect(text).toContain(`${name}_num_traces_in_memory{processor="group_by_trace"} 0\n`);
  expect(text).toContain(`${name}_conf_num_traces{processor="group_by_trace"} 1000000\n`);
});

it('passes on the oldest early when there is no room, and loses nothing', async () => {
  const run = await runProcessor(groupByTraceProcessor, { num_traces: 2 });
  await feed(run, 'a1 b1');
  await feed(run, 'c1 a2 d1');
  expect(out(run)).toEqual(['a1 a2', 'b1']);
  await run.clock.advance(1000);
  expect(out(run)).toEqual(['a1 a2', 'b1', 'c1', 'd1']);
  expect(prometheusText(run.settings.registry)).toContain(
    'traces_evicted{processor="group_by_trace"} 2\n',
  );
});

it('keeps what waits held when it stops, for the next start', async () => {
  const run = await runProcessor(groupByTraceProcessor);
  await feed(run, 'a1 b1');
  await run.processor.stop?.();
  expect([run.sources.held, run.clock.timers, out(run)]).toEqual([2, 0, []]);
});

it('makes the reader wait for what is behind it', async () => {
  const run = await runProcessor(groupByTraceProcessor, { wait_duration: '0s' });
  const slow = Promise.withResolvers<void>();
  run.out.until = slow.promise;
  await feed(run, 'a1');
  await run.clock.advance(0);
  let taken = false;
  const wait = feed(run, 'b1').then(() => (taken = true));
  await run.clock.advance(0);
  expect(taken).toBe(false);
  slow.resolve();
  await wait;
});

it('whatever comes: every span goes on once, with its trace, and every source is given back', async () => {
  const requests = fc.array(
    fc.tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }), fc.nat(700)),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(requests, async (fed) => {
      const run = await runProcessor(groupByTraceProcessor, { num_traces: 3 });
      let count = 0;
      for (const [traces, pauseMs] of fed) {
        await feed(run, traces.map((trace) => `${trace}${count++}`).join(' '));
        await run.clock.advance(pauseMs);
      }
      await run.clock.advance(1000);
      const batches = out(run).map((names) => names.split(' '));
      for (const names of batches) expect(new Set(names.map((name) => name[0])).size).toBe(1);
      expect(new Set(batches.flat()).size).toBe(count);
      expect(batches.flat().length).toBe(count);
      run.out.release();
      expect(run.sources.held).toBe(0);
    }),
    { numRuns: 30 },
  );
});
