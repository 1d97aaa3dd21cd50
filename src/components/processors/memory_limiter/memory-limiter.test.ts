import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { FakeClock, settle } from '../../../pipeline/suite/fake-clock.ts';
import { type ProcessorOptions, runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import { memoryLimiterConfig } from './config.ts';
import { memoryLimiterWith } from './factory.ts';
import { limitsOf, MIB, PROGRAM_BYTES } from './limiter.ts';
import { type Memory, processMemory } from './memory.ts';

class TestMemory implements Memory {
  rssMiB = 100;
  dataMiB = 40;
  collections = 0;
  /** What a collection makes of the two. */
  onCollect: () => void = () => {};
  readonly totalBytes = 1000 * MIB;

  usage() {
    return { rssBytes: this.rssMiB * MIB, dataBytes: this.dataMiB * MIB };
  }

  collect(): void {
    this.collections++;
    this.onCollect();
  }
}

const CONFIG = { check_interval: '1s', limit_mib: 500, spike_limit_mib: 100 };

async function setUp(config: object = {}, options: ProcessorOptions = { atTheDoor: true }) {
  const memory = new TestMemory();
  const run = await runProcessor(memoryLimiterWith(memory), { ...CONFIG, ...config }, options);
  const set = async (rssMiB: number, dataMiB: number): Promise<void> => {
    Object.assign(memory, { rssMiB, dataMiB });
    await run.clock.advance(1000);
  };
  const refuses = (): boolean => run.processor.admission?.() !== undefined;
  return { ...run, memory, set, refuses };
}

describe('configuration', () => {
  it('has the defaults of upstream', () => {
    expect(decodePlain(memoryLimiterConfig, { check_interval: '1s', limit_mib: 1 }).config).toEqual(
      {
        check_interval: 1000,
        limit_mib: 1,
        spike_limit_mib: 0,
        limit_percentage: 0,
        spike_limit_percentage: 0,
        min_gc_interval_when_soft_limited: 10_000,
        min_gc_interval_when_hard_limited: 0,
        max_gc_interval_when_soft_limited: 30_000,
        max_gc_interval_when_hard_limited: 30_000,
      },
    );
  });

  it.each<[what: string, config: object, path: string]>([
    ['no interval', { limit_mib: 1 }, 'check_interval'],
    ['an interval of 0', { check_interval: '0s', limit_mib: 1 }, 'check_interval'],
    ['no limit', { check_interval: '1s' }, 'limit_mib'],
    ['a spike as large as the limit', { ...CONFIG, spike_limit_mib: 500 }, 'spike_limit_mib'],
    ['more than all', { check_interval: '1s', limit_percentage: 101 }, 'limit_percentage'],
    [
      'a spike as large as the percentage',
      { check_interval: '1s', limit_percentage: 50, spike_limit_percentage: 50 },
      'spike_limit_percentage',
    ],
    ['less than nothing', { ...CONFIG, limit_mib: -1 }, 'limit_mib'],
    [
      'hard less often than soft',
      { ...CONFIG, min_gc_interval_when_hard_limited: '11s' },
      'min_gc_interval_when_soft_limited',
    ],
    [
      'most below least',
      {
        ...CONFIG,
        max_gc_interval_when_soft_limited: '5s',
        max_gc_interval_when_hard_limited: '0s',
      },
      'max_gc_interval_when_soft_limited',
    ],
  ])('%s is refused', (_what, config, path) => {
    expect(decodePlain(memoryLimiterConfig, config).errors.map((error) => error.path)).toEqual([
      path,
    ]);
  });

  it.each<[config: object, hardMiB: number, softMiB: number]>([
    [{ limit_mib: 4000, spike_limit_mib: 800 }, 4000, 3200],
    [{ limit_mib: 500 }, 500, 400],
    [{ limit_percentage: 80, spike_limit_percentage: 15 }, 800, 650],
    [{ limit_percentage: 50 }, 500, 400],
    [{ limit_mib: 100, limit_percentage: 50 }, 100, 80],
  ])('%j of 1000 MiB: %d, refused from %d', (config, hardMiB, softMiB) => {
    const decoded = configOf(memoryLimiterConfig, { check_interval: '1s', ...config });
    expect(limitsOf(decoded, 1000 * MIB)).toEqual({
      hardBytes: hardMiB * MIB,
      softBytes: softMiB * MIB,
    });
  });
});

it('refuses from the soft limit on, with a delay, and takes again below it', async () => {
  const { set, refuses, processor, settings } = await setUp();
  expect(refuses()).toBe(false);
  await set(399, 330);
  expect(refuses()).toBe(false);
  await set(410, 360);
  expect(processor.admission?.()).toMatchObject({ retryAfterMs: 1000, reason: 'memory limit' });
  expect(settings.telemetry.snapshot().lastError?.text).toBe(
    'The process takes 410 MiB, the limit less the spike is 400 MiB. Senders are told to come again.',
  );
  await set(390, 330);
  expect(refuses()).toBe(false);
  expect(settings.telemetry.snapshot().lastError).toBeUndefined();
});

it('collects first, and refuses only when that does not help', async () => {
  const { memory, set, refuses } = await setUp();
  memory.onCollect = () => Object.assign(memory, { rssMiB: 300, dataMiB: 240 });
  await set(450, 390);
  expect([memory.collections, refuses()]).toEqual([1, false]);
});

it('is not stuck when freed memory stays resident', async () => {
  const { memory, set, refuses } = await setUp();
  memory.onCollect = () => (memory.dataMiB = 100);
  await set(450, 390);
  expect([memory.collections, refuses()]).toEqual([1, false]);
  await set(450, 200); // the freed pages are used again
  expect(refuses()).toBe(false);
  memory.onCollect = () => {};
  await set(450, 390); // all of them
  expect(refuses()).toBe(true);
});

it('collects less and less often while it frees nothing', async () => {
  const { memory, set, clock } = await setUp();
  const counts: number[] = [];
  await set(450, 440); // above the soft limit: at once, then after 20 s, 30 s, 30 s
  for (const at of [19, 20, 49, 51, 81]) {
    await clock.advance(at * 1000 + 1000 - clock.monotonic());
    counts.push(memory.collections);
  }
  expect(counts).toEqual([1, 2, 2, 3, 4]);
});

it('says so when refusing does not help, and goes on refusing', async () => {
  const { set, clock, refuses, settings } = await setUp();
  await set(450, 440);
  await clock.advance(31_000);
  expect(refuses()).toBe(true);
  expect(settings.telemetry.snapshot().lastError).toMatchObject({
    text: expect.stringContaining('for 31 s, now 450 MiB, though nothing comes in'),
    fix: expect.stringContaining('Raise limit_mib'),
  });
});

it('elsewhere the reader waits until memory is free', async () => {
  const { set, processor, sources, out } = await setUp({}, { atTheDoor: false });
  await set(450, 440);
  let taken = false;
  const wait = Promise.resolve(processor.consume(sources.spans([{}]))).then(() => (taken = true));
  await settle();
  expect(taken).toBe(false);
  await set(300, 200);
  await wait;
  expect(out.items).toBe(1);
  out.release();
  expect(sources.held).toBe(0);
});

it.each<[what: string, end: 'time' | 'stop']>([
  ['one batch goes through now and then', 'time'],
  ['stopping waits for no memory', 'stop'],
])('elsewhere it is never stuck: %s', async (_what, end) => {
  const { set, processor, sources, clock, out } = await setUp({}, { atTheDoor: false });
  await set(450, 440);
  const wait = processor.consume(sources.spans([{}]));
  if (end === 'time') await clock.advance(5000);
  else await processor.stop?.();
  await wait;
  expect(out.items).toBe(1);
  await processor.stop?.();
  expect(clock.timers).toBe(0);
});

it('counts under the Collector’s names', async () => {
  const { set, processor, sources, settings } = await setUp();
  await processor.consume(sources.spans([{}, {}]));
  await set(450, 440);
  processor.admission?.()?.refused?.(7);
  const text = prometheusText(settings.registry);
  const name = 'otelcol_processor_memory_limiter';
  expect(text).toContain(`${name}_accepted_spans{processor="memory_limiter"} 2\n`);
  expect(text).toContain(`${name}_refused_spans{processor="memory_limiter"} 7\n`);
});

it('what is at the door is not held up behind it', async () => {
  const { set, processor, sources, out } = await setUp();
  await set(450, 440);
  expect(processor.consume(sources.spans([{}]))).toBeUndefined();
  expect(out.items).toBe(1);
});

it('sees the real process: data outside of the heap, and a collection', () => {
  processMemory.collect(); // what other tests left behind must not go in between
  const before = processMemory.usage();
  let bodies: Uint8Array[] = Array.from({ length: 8 }, () => new Uint8Array(8 * MIB).fill(1));
  const during = processMemory.usage();
  expect(during.dataBytes - before.dataBytes).toBeGreaterThan(50 * MIB);
  expect(bodies.length).toBe(8);
  bodies = [];
  processMemory.collect();
  expect(during.dataBytes - processMemory.usage().dataBytes).toBeGreaterThan(50 * MIB);
  expect(processMemory.totalBytes).toBeGreaterThan(PROGRAM_BYTES);
  expect(new FakeClock().timers).toBe(0);
});
