// The processor over time: when it decides, what late spans inherit, what its memory limits do, what a crash leaves.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustedCount } from '../../../otlp/sampling/trace-state.ts';
import { settle } from '../../../pipeline/suite/fake-clock.ts';
import { ALWAYS, ERROR, ERRORS, runSampler, type SamplerRun, span } from './suite/run-sampler.ts';

const PREFIX = 'otelcol_processor_tail_sampling_';
const long = (kib: number) => ({
  attributes: [{ key: 'long', value: { stringValue: 'x'.repeat(kib * 1024) } }],
});
const feed = (run: SamplerRun, ...spans: Parameters<SamplerRun['sources']['spans']>[0]) =>
  run.feed(run.sources.spans(spans));

describe('when it decides', () => {
  it('after the wait from the first span, not the last', async () => {
    const run = await runSampler({ policies: [ERRORS] });
    await feed(run, span(1, 'a'));
    await run.clock.advance(1500);
    await feed(run, span(1, 'b', ERROR), span(2, 'c', ERROR));
    expect(run.processor.held?.()).toBe(3);
    await run.clock.advance(400);
    expect(run.names()).toEqual([]);
    await run.clock.advance(200);
    expect(run.names()).toEqual(['a', 'b']);
    await run.clock.advance(1500);
    expect(run.names()).toEqual(['a', 'b', 'c']);
    run.out.release();
    expect(run.sources.held).toBe(0);
    expect(run.metric(`${PREFIX}new_trace_id_received`)).toBe(2);
  });

  it('after the root, where that is earlier', async () => {
    const run = await runSampler({
      decision_wait: '30s',
      decision_wait_after_root_received: '1s',
      policies: [ALWAYS],
    });
    await feed(run, span(1, 'a'), span(2, 'other'));
    await feed(run, span(1, 'root', { parentSpanId: '' }));
    await run.clock.advance(1200);
    expect(run.names()).toEqual(['a', 'root']);
    await run.clock.advance(30_000);
    expect(run.names()).toEqual(['a', 'root', 'other']);
  });

  it('at once on spans that decide, where asked to', async () => {
    const run = await runSampler({ sampling_strategy: 'span-ingest', policies: [ERRORS] });
    await feed(run, span(1, 'a'), span(2, 'b'));
    await feed(run, span(1, 'c', ERROR));
    await run.clock.advance(200);
    expect(run.names()).toEqual(['a', 'c']);
    await feed(run, span(1, 'late'));
    expect(run.names()).toEqual(['a', 'c', 'late']);
    await run.decide();
    expect(run.names()).toHaveLength(3);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });

  it('a jump of the wall clock changes nothing', async () => {
    const run = await runSampler({ policies: [ALWAYS] });
    await feed(run, span(1, 'a'));
    run.clock.jump(3_600_000);
    await run.clock.advance(1000);
    expect(run.names()).toEqual([]);
    run.clock.jump(-7_200_000);
    await run.clock.advance(1200);
    expect(run.names()).toEqual(['a']);
  });
});

describe('what comes of votes', () => {
  const dropHealth = {
    name: 'health',
    type: 'drop',
    drop: {
      drop_sub_policy: [
        {
          name: 'h',
          type: 'string_attribute',
          string_attribute: { key: 'service.name', values: ['health'] },
        },
      ],
    },
  };
  it('a drop wins, wherever it stands', async () => {
    const run = await runSampler({ policies: [ALWAYS, dropHealth] });
    await run.feed(run.sources.spans([span(1, 'a', ERROR)], { service: 'health' }));
    await feed(run, span(2, 'b'));
    await run.decide();
    expect(run.names()).toEqual(['b']);
    expect(run.metric(`${PREFIX}count_traces_sampled{policy="health"`)).toBeNaN();
    expect(run.settings.telemetry.snapshot().dropped).toEqual(new Map([['not sampled', 1]]));
  });

  it('the first match ends it, where asked to: a limiter behind is not used up', async () => {
    const limited = {
      name: 'l',
      type: 'rate_limiting',
      rate_limiting: { spans_per_second: 1, burst_capacity: 1 },
    };
    const kept = async (sample_on_first_match: boolean) => {
      const run = await runSampler({ sample_on_first_match, policies: [ERRORS, limited] });
      await feed(run, span(1, 'error', ERROR), span(2, 'other'));
      await run.decide();
      return run.names();
    };
    expect(await kept(false)).toEqual(['error']);
    expect(await kept(true)).toEqual(['error', 'other']);
  });

  it('a policy that fails has no vote', async () => {
    const run = await runSampler({
      policies: [
        {
          name: 'r',
          type: 'string_attribute',
          string_attribute: {
            key: 'long',
            values: ['a.*b.*c'],
            enabled_regex_matching: true,
            invert_match: true,
          },
        },
        ERRORS,
      ],
    });
    await feed(run, span(1, 'a', long(5)), span(2, 'b', { ...long(5), ...ERROR }), span(3, 'c'));
    await run.decide();
    expect(run.names()).toEqual(['b', 'c']);
    expect(run.metric(`${PREFIX}sampling_policy_evaluation_error`)).toBe(2);
  });
});

describe('late spans', () => {
  it('inherit the decision', async () => {
    const run = await runSampler({ policies: [ERRORS] });
    await feed(run, span(1, 'a', ERROR), span(2, 'b'));
    await run.decide();
    await feed(run, span(1, 'late a'), span(2, 'late b', ERROR), span(3, 'c'));
    expect(run.names()).toEqual(['a', 'late a']);
    await run.decide();
    expect(run.names()).toEqual(['a', 'late a']);
    expect(run.settings.telemetry.snapshot().late).toBe(2);
    expect(run.metric(`${PREFIX}sampling_late_span_age_count`)).toBe(2);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });

  it.each<[what: string, config: object, kept: readonly string[]]>([
    ['as many as num_traces of each kind are remembered', { num_traces: 1 }, ['k2']],
    [
      'a cache of kept ones',
      { num_traces: 1, decision_cache: { sampled_cache_size: 2 } },
      ['k1', 'k2'],
    ],
    [
      'other ones beside them',
      { num_traces: 1, decision_cache: { non_sampled_cache_size: 9 } },
      ['k2'],
    ],
  ])('%s', async (_what, config, kept) => {
    const run = await runSampler({ policies: [ERRORS], ...config });
    await feed(run, span(1, 'a', ERROR), span(2, 'b', ERROR), span(3, 'c'), span(4, 'd'));
    await run.decide();
    run.out.release();
    await feed(run, span(1, 'k1'), span(2, 'k2'), span(3, 'o3'), span(4, 'o4'));
    expect(run.names()).toEqual(kept);
  });
});

describe('memory', () => {
  const KIB = 1024;
  it('lets go of what is beyond it, reads it back, and decides on all of it', async () => {
    const run = await runSampler({ buffer_size: 256 * KIB, policies: [ERRORS] });
    for (let trace = 1; trace <= 40; trace++) {
      await feed(run, span(trace, `a${trace}`, long(10)), span(100 + trace, 'other', long(10)));
    }
    for (let trace = 1; trace <= 40; trace++) await feed(run, span(trace, `b${trace}`, ERROR));
    expect(run.metric('throughline_tail_sampling_buffer_bytes')).toBeLessThan(384 * KIB);
    await run.decide();
    expect(run.names().toSorted()).toEqual(
      Array.from({ length: 40 }, (_, at) => [`a${at + 1}`, `b${at + 1}`])
        .flat()
        .toSorted(),
    );
    expect(run.readBack.length).toBeGreaterThan(20);
    expect(run.metric(`${PREFIX}sampling_trace_dropped_too_early`)).toBe(0);
    expect(run.metric('throughline_tail_sampling_buffer_bytes')).toBe(0);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });

  it('one huge trace goes to the log, the others stay', async () => {
    const run = await runSampler({
      buffer_size: 400 * KIB,
      policies: [ERRORS, { name: 'n', type: 'span_count', span_count: { min_spans: 100 } }],
    });
    await feed(run, span(2, 'small'), span(2, 'small too', ERROR));
    for (let at = 0; at < 100; at++) await feed(run, span(1, `huge ${at}`, long(20)));
    expect(run.metric('throughline_tail_sampling_buffer_bytes')).toBeLessThan(200 * KIB);
    await run.decide();
    expect(run.names()).toHaveLength(102);
    expect(new Set(run.names()).size).toBe(102);
    expect(run.readBack.length).toBeGreaterThan(150); // looked at, then passed on
    expect(run.readBack).not.toContain(0); // the small one's
    expect(run.metric(`${PREFIX}traces_dropped_too_large`)).toBe(1);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });

  it('where nothing can be read back, the oldest is decided early', async () => {
    const run = await runSampler(
      { buffer_size: 100 * KIB, policies: [ALWAYS] },
      { canReadBack: false },
    );
    for (let trace = 1; trace <= 20; trace++) await feed(run, span(trace, `${trace}`, long(10)));
    expect(run.names().length).toBeGreaterThan(8);
    expect(run.names()[0]).toBe('1');
    expect(run.metric(`${PREFIX}sampling_trace_dropped_too_early`)).toBe(run.names().length);
    await run.decide();
    expect(run.names()).toHaveLength(20);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });

  it('or who sends waits, where asked to', async () => {
    const run = await runSampler(
      { buffer_size: 64 * KIB, block_on_overflow: true, policies: [ALWAYS] },
      { canReadBack: false },
    );
    const batch = () => run.sources.spans([span(1, 'a', long(40))]);
    expect(run.processor.consume(batch())).toBeUndefined();
    let taken = false;
    const wait = Promise.resolve(run.processor.consume(batch())).then(() => {
      taken = true;
    });
    await run.clock.advance(1000);
    expect([taken, run.names()]).toEqual([false, []]);
    await run.clock.advance(1500);
    await wait;
    expect(run.names()).toEqual(['a', 'a']);
  });

  it('a record that is gone from the log is counted as lost', async () => {
    const run = await runSampler({ buffer_size: 64 * KIB, policies: [ALWAYS] });
    const gone = run.sources.spans([span(1, 'gone', long(70))]);
    await run.processor.consume(gone); // the log does not know it
    await feed(run, span(1, 'kept'));
    await run.decide();
    expect(run.names()).toEqual(['kept']);
    expect([...run.settings.telemetry.snapshot().lost.values()]).toEqual([1]);
    run.out.release();
    expect(run.sources.held).toBe(0);
  });
});

describe('after a stop or a crash', () => {
  it('what was decided stays decided, the rest is decided anew', async () => {
    const first = await runSampler({ policies: [ERRORS] });
    const records = [
      [span(1, 'a'), span(2, 'b', ERROR)],
      [span(1, 'c'), span(3, 'd', ERROR)],
    ];
    await feed(first, ...(records[0] ?? []));
    await first.clock.advance(1500);
    await feed(first, ...(records[1] ?? []));
    await first.clock.advance(800); // 1 and 2 are decided, 3 is not
    expect(first.names()).toEqual(['b']);
    const second = await runSampler({ policies: [ERRORS] }, { journal: first.journal });
    await feed(second, ...(records[1] ?? []), span(1, 'e', ERROR), span(2, 'f'));
    expect(second.names()).toEqual(['f']);
    await second.decide();
    expect(second.names()).toEqual(['f', 'd']);
  });

  it.each<[what: string, config: object, held: number]>([
    ['keeps what waits in the log', {}, 1],
    ['drops it where asked to', { drop_pending_traces_on_shutdown: true }, 0],
  ])('a stop %s', async (_what, config, held) => {
    const run = await runSampler({ policies: [ALWAYS], ...config });
    await feed(run, span(1, 'a'));
    await run.processor.stop?.();
    expect(run.names()).toEqual([]);
    expect(run.sources.held).toBe(held);
    expect(run.clock.timers).toBe(0);
  });
});

describe('counts stay right', () => {
  const weightOf = (run: SamplerRun): number =>
    run.out.spans().reduce((sum, { traceState }) => sum + (adjustedCount(traceState) ?? 1), 0);
  const ids = (count: number) =>
    Array.from({ length: count }, (_, at) => Math.imul(at + 1, 0x9e37_79b1) >>> 0);
  const half = { name: 'half', type: 'probabilistic', probabilistic: { sampling_percentage: 50 } };
  const fifth = {
    name: 'fifth',
    type: 'probabilistic',
    probabilistic: { sampling_percentage: 20, hash_salt: 'x' },
  };

  it.each<[what: string, policies: readonly object[], state: string, count: number]>([
    ['one chance', [half], '', 2],
    ['two chances', [half, fifth], '', 1 / 0.6],
    ['and', [{ name: 'and', type: 'and', and: { and_sub_policy: [half, fifth] } }], '', 10],
    ['not', [{ name: 'not', type: 'not', not: { not_sub_policy: fifth } }], '', 1.25],
    ['upon an earlier sampler', [half], 'ot=th:c;rv:d0000000000000,a=b', 8],
    [
      'chance to be dropped',
      [ALWAYS, { name: 'd', type: 'drop', drop: { drop_sub_policy: [fifth] } }],
      '',
      1.25,
    ],
  ])('%s', async (_what, policies, traceState, count) => {
    const run = await runSampler({ policies });
    await feed(run, ...ids(400).map((id) => span(id, 'a', { traceState })));
    await run.decide();
    const spans = run.out.spans();
    expect(spans.length).toBeGreaterThan(10);
    for (const one of spans) {
      expect(adjustedCount(one.traceState)).toBeCloseTo(count, 9);
      const [, randomness = '', threshold = ''] = /rv:(\w{14});th:(\w+)/.exec(one.traceState) ?? [];
      expect(randomness >= threshold.padEnd(14, '0')).toBe(true);
      expect(one.traceState.endsWith(',a=b')).toBe(traceState !== '');
    }
  });

  it('what the spans decided is left alone', async () => {
    const run = await runSampler({ policies: [ERRORS, half] });
    await feed(run, ...ids(50).map((id) => span(id, 'a', { ...ERROR, traceState: 'ot=th:8' })));
    await run.decide();
    expect(new Set(run.out.spans().map(({ traceState }) => traceState))).toEqual(
      new Set(['ot=th:8']),
    );
  });

  it('late spans of a trace kept by chance say so too', async () => {
    const run = await runSampler({ policies: [half] });
    const id = ids(40);
    await feed(run, ...id.map((one) => span(one, 'a')));
    await run.decide();
    const kept = run.out.spans().length;
    run.out.release();
    await feed(run, ...id.map((one) => span(one, 'late')));
    expect(run.names()).toHaveLength(kept);
    expect(weightOf(run)).toBeCloseTo(2 * kept, 6);
  });

  it.each<[what: string, policy: object]>([
    ['a rate of spans', { type: 'rate_limiting', rate_limiting: { spans_per_second: 20 } }],
    ['a rate of bytes', { type: 'bytes_limiting', bytes_limiting: { bytes_per_second: 2500 } }],
    [
      'a composite',
      {
        type: 'composite',
        composite: {
          max_total_spans_per_second: 20,
          composite_sub_policy: [ALWAYS],
          rate_allocation: [{ policy: 'all', percent: 100 }],
        },
      },
    ],
  ])('%s: in sum, kept spans stand for all', async (_what, policy) => {
    const run = await runSampler({ policies: [{ name: 'l', ...policy }] });
    const SECONDS = 60;
    const PER_SECOND = 200;
    let trace = 0;
    for (let second = 0; second < SECONDS; second++) {
      for (let slice = 0; slice < 5; slice++) {
        await feed(run, ...Array.from({ length: PER_SECOND / 5 }, () => span(++trace, 'a')));
        await run.clock.advance(200);
      }
    }
    await run.decide();
    const kept = run.out.spans().length;
    expect(kept).toBeLessThan(SECONDS * 40);
    // All but what was left out last and is still owed.
    expect(weightOf(run) / (SECONDS * PER_SECOND)).toBeGreaterThan(0.95);
    expect(weightOf(run) / (SECONDS * PER_SECOND)).toBeLessThan(1.001);
  });
});

it('whatever comes: every source is given back, every span is kept, dropped, or late', async () => {
  const step = fc.record({
    spans: fc.array(
      fc.record({
        trace: fc.integer({ min: 1, max: 12 }),
        error: fc.boolean(),
        kib: fc.constantFrom(0, 0, 1, 30),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    waitMs: fc.constantFrom(0, 0, 100, 900, 2500),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.boolean(),
      async (steps, canReadBack) => {
        const run = await runSampler(
          {
            buffer_size: 64 * 1024,
            num_traces: 3,
            policies: [
              ERRORS,
              { name: 'p', type: 'probabilistic', probabilistic: { sampling_percentage: 40 } },
            ],
          },
          { canReadBack },
        );
        let sent = 0;
        for (const { spans, waitMs } of steps) {
          await feed(
            run,
            ...spans.map((one) =>
              span(one.trace, `${sent++}`, { ...(one.error && ERROR), ...long(one.kib) }),
            ),
          );
          await run.clock.advance(waitMs);
        }
        await run.decide();
        const { dropped, lost, failed } = run.settings.telemetry.snapshot();
        const out = run.names();
        expect(new Set(out).size).toBe(out.length);
        expect(out.length + [...dropped.values()].reduce((a, b) => a + b, 0)).toBe(sent);
        expect([lost.size, failed.size, run.processor.held?.()]).toEqual([0, 0, 0]);
        expect(run.metric('throughline_tail_sampling_buffer_bytes')).toBe(0);
        run.out.release();
        expect(run.sources.held).toBe(0);
        await run.processor.stop?.();
        await settle();
        expect(run.clock.timers).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});
