import { expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { randomOfTraceId } from '../../../otlp/sampling/bits56.ts';
import { keeps } from '../../../otlp/sampling/threshold.ts';
import { adjustedCount, parseTraceState } from '../../../otlp/sampling/trace-state.ts';
import { fromHex } from '../../../base/hex.ts';
import { type ProcessorRun, runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import { rateLimitingSamplerConfig } from './config.ts';
import { rateLimitingSampler } from './factory.ts';
import { MAX_TRACES } from './rate-limiting-sampler.ts';

/** Random enough, and the same each time. */
const traceId = (number: number): string =>
  ((BigInt(number + 1) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n) % (1n << 128n))
    .toString(16)
    .padStart(32, '0');

const feed = (run: ProcessorRun, traces: readonly number[], traceState = ''): Promise<void> =>
  run.feed(
    run.sources.spans(traces.map((one) => ({ traceId: traceId(one), name: `${one}`, traceState }))),
  );

const names = (run: ProcessorRun): number[] => run.out.spans().map(({ name }) => Number(name));

it.each<[config: object, path: string | undefined]>([
  [{}, 'traces_per_second'],
  [{ traces_per_second: 0 }, 'traces_per_second'],
  [{ traces_per_second: 1, burst: -1 }, 'burst'],
  [{ traces_per_second: 0.5 }, undefined],
])('configuration %j: wrong is %s', (config, path) => {
  const { errors } = decodePlain(rateLimitingSamplerConfig, config);
  expect(errors.map((error) => error.path)).toEqual(path === undefined ? [] : [path]);
});

it('keeps so many a second, and a burst after a quiet time', async () => {
  const run = await runProcessor(rateLimitingSampler, { traces_per_second: 2, burst: 3 });
  await feed(run, [0, 1, 2, 3, 4]);
  expect(names(run)).toEqual([0, 1, 2]);
  await run.clock.advance(500);
  await feed(run, [5, 6]);
  expect(names(run)).toEqual([0, 1, 2, 5]);
  await run.clock.advance(60_000);
  await feed(run, [10, 11, 12, 13]);
  expect(names(run)).toEqual([0, 1, 2, 5, 10, 11, 12]);
  run.out.release();
  expect(run.sources.held).toBe(0);
  const text = prometheusText(run.settings.registry);
  const name = 'throughline_processor_rate_limiting_sampler_count_traces_sampled';
  expect(text).toContain(`${name}{processor="rate_limiting_sampler",sampled="true"} 7\n`);
  expect(text).toContain(`${name}{processor="rate_limiting_sampler",sampled="false"} 4\n`);
  expect(run.settings.telemetry.snapshot().dropped).toEqual(new Map([['over the rate', 4]]));
});

it('spans follow the decision on their trace, with the same threshold', async () => {
  const run = await runProcessor(rateLimitingSampler, { traces_per_second: 1 });
  await feed(run, [0, 1, 2]);
  await run.clock.advance(1000);
  await feed(run, [3, 3]);
  await feed(run, [1, 0, 3, 2]);
  const states = run.out.spans().map(({ name, traceState }) => [name, adjustedCount(traceState)]);
  expect(states.map(([name]) => name)).toEqual(['0', '3', '3', '0', '3']);
  expect(states.map(([, count]) => Math.round(Number(count) * 1e6) / 1e6)).toEqual([1, 3, 3, 1, 3]);
});

it.each(['', 'ot=th:8', 'vendor=1'])('counts stay right, after %j', async (before) => {
  const run = await runProcessor(rateLimitingSampler, { traces_per_second: 10, burst: 10 });
  const all = Array.from({ length: 3000 }, (_, at) => at).filter((one) => {
    const threshold = parseTraceState(before)?.threshold;
    const id = fromHex(traceId(one)) ?? new Uint8Array(16);
    return threshold === undefined || keeps(threshold, randomOfTraceId(id, 0));
  });
  for (let from = 0; from < all.length; from += 50) {
    await feed(run, all.slice(from, from + 50), before);
    await run.clock.advance(100);
  }
  const spans = run.out.spans();
  const counted = spans.reduce((sum, span) => sum + (adjustedCount(span.traceState) ?? 0), 0);
  const stoodFor = before === 'ot=th:8' ? 2 : 1;
  expect(spans.length).toBeLessThan(all.length / 10);
  expect(counted / stoodFor).toBeGreaterThan(all.length - 100); // those after the last kept are not counted yet
  expect(counted / stoodFor).toBeLessThanOrEqual(all.length + 1);
  for (const span of spans) {
    const state = parseTraceState(span.traceState);
    const id = fromHex(span.traceId) ?? new Uint8Array(16);
    const randomness = state?.randomness ?? randomOfTraceId(id, 0);
    expect(state?.threshold !== undefined && keeps(state.threshold, randomness)).toBe(true);
  }
});

it('a trace state that cannot be read is left alone', async () => {
  const run = await runProcessor(rateLimitingSampler, { traces_per_second: 1 });
  await feed(run, [0], 'nonsense');
  expect(run.out.spans().map(({ traceState }) => traceState)).toEqual(['nonsense']);
});

it('remembers so many traces and no more', async () => {
  const run = await runProcessor(rateLimitingSampler, { traces_per_second: 1e9, burst: 1 });
  await feed(run, [0, 1]);
  expect(names(run)).toEqual([0]);
  const others = Array.from({ length: MAX_TRACES }, (_, at) => at + 2);
  for (let from = 0; from < others.length; from += 10_000) {
    await feed(run, others.slice(from, from + 10_000));
  }
  run.out.release();
  await run.clock.advance(1000);
  await feed(run, [1]); // forgotten: a new decision
  expect(names(run)).toEqual([1]);
});
