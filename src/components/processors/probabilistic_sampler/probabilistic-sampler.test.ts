import { describe, expect, it } from 'vitest';
import { decodePlain } from '../../../config/schema.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { AnyValue, LogRecord, Partly, Span } from '../../../otlp/objects/types.ts';
import { runProcessor } from '../../../pipeline/suite/run-processor.ts';
import { prometheusText } from '../../../telemetry/prometheus-text.ts';
import { probabilisticSamplerConfig } from './config.ts';
import { probabilisticSampler } from './factory.ts';

/** Kept at 50 % by its last seven bytes; its hash keeps it at 34 %. */
const HIGH = `${'01'.repeat(9)}${'ff'.repeat(7)}`;
const LOW = `${'01'.repeat(9)}${'00'.repeat(6)}01`;

async function sampleSpans(config: object, spans: ReadonlyArray<Partly<Span>>) {
  const run = await runProcessor(probabilisticSampler, config);
  await run.feed(run.sources.spans(spans));
  const kept = run.out.spans().map(({ name, traceState }) => [name, traceState]);
  run.out.release();
  expect(run.sources.held).toBe(0);
  return { kept, run };
}

describe('configuration', () => {
  it('has the defaults of upstream', () => {
    expect(decodePlain(probabilisticSamplerConfig, {}).config).toEqual({
      sampling_percentage: 0,
      mode: '',
      hash_seed: 0,
      fail_closed: true,
      sampling_precision: 4,
      attribute_source: 'traceID',
      from_attribute: '',
      sampling_priority: '',
    });
  });

  it.each<[config: object, path: string]>([
    [{ sampling_percentage: -5 }, 'sampling_percentage'],
    [{ sampling_percentage: Infinity }, 'sampling_percentage'],
    [{ sampling_percentage: 1e-16 }, 'sampling_percentage'],
    [{ sampling_precision: 0 }, 'sampling_precision'],
    [{ sampling_precision: 15 }, 'sampling_precision'],
    [{ mode: 'hash' }, 'mode'],
    [{ attribute_source: 'spanID' }, 'attribute_source'],
    [{ hash_seed: 2 ** 32 }, 'hash_seed'],
  ])('%j is refused', (config, path) => {
    expect(decodePlain(probabilisticSamplerConfig, config).errors.map((one) => one.path)).toEqual([
      path,
    ]);
  });
});

it('keeps spans with their threshold, and other parts of the trace state', async () => {
  const { kept, run } = await sampleSpans({ sampling_percentage: 50, mode: 'proportional' }, [
    { name: 'plain', traceId: HIGH },
    { name: 'low', traceId: LOW },
    { name: 'vendor', traceId: HIGH, traceState: 'a=1,ot=x:y' },
    { name: 'sampled', traceId: HIGH, traceState: 'ot=th:8' },
    { name: 'lie', traceId: LOW, traceState: 'ot=th:8' },
    { name: 'nonsense', traceId: HIGH, traceState: 'ot=th:' },
    { name: 'explicit', traceId: LOW, traceState: 'ot=rv:fffffffffffff0' },
  ]);
  expect(kept).toEqual([
    ['plain', 'ot=th:8'],
    ['vendor', 'ot=th:8;x:y,a=1'],
    ['sampled', 'ot=th:c'],
    ['explicit', 'ot=rv:fffffffffffff0;th:8'],
  ]);
  expect(run.settings.telemetry.snapshot().dropped).toEqual(
    new Map([
      ['not sampled', 1],
      ['threshold and randomness contradict each other', 1],
      ['sampling information cannot be read', 1],
    ]),
  );
  const text = prometheusText(run.settings.registry);
  const name = 'otelcol_processor_probabilistic_sampler_count_traces_sampled';
  expect(text).toContain(`${name}{policy="trace_id_w3c",sampled="true"} 3\n`);
  expect(text).toContain(`${name}{policy="trace_id_w3c",sampled="false"} 2\n`);
  expect(text).toContain(`${name}{policy="missing_randomness",sampled="false"} 1\n`);
  expect(text).toContain(`${name}{policy="sampling_randomness",sampled="true"} 1\n`);
});

it.each<[value: AnyValue, kept: boolean | undefined]>([
  [{ intValue: 0n }, false],
  [{ intValue: 1n }, true],
  [{ intValue: -1n }, undefined],
  [{ doubleValue: 0 }, false],
  [{ doubleValue: 0.1 }, true],
  [{ stringValue: '0' }, false],
  [{ stringValue: '0.2' }, true],
  [{ stringValue: '' }, undefined],
  [{ stringValue: 'high' }, undefined],
  [{ boolValue: true }, undefined],
])('sampling.priority %o', async (value, kept) => {
  const attributes = [{ key: 'sampling.priority', value }];
  const config = { sampling_percentage: 50, mode: 'equalizing' };
  const { kept: names } = await sampleSpans(config, [
    { name: 'high', traceId: HIGH, attributes },
    { name: 'low', traceId: LOW, attributes },
  ]);
  const expected = kept === undefined ? ['high'] : kept ? ['high', 'low'] : [];
  expect(names.map(([name]) => name)).toEqual(expected);
});

it('drops a batch of which nothing is kept', async () => {
  const { kept, run } = await sampleSpans({}, [{ traceId: HIGH }, { traceId: LOW }]);
  expect([kept, run.out.batches.length]).toEqual([[], 0]);
});

describe('logs', () => {
  const attribute = (key: string, value: AnyValue) => ({ key, value });

  async function sampleLogs(config: object, records: ReadonlyArray<Partly<LogRecord>>) {
    const run = await runProcessor(probabilisticSampler, config, { signal: 'logs' });
    const logRecords = records.map((record) => ({ timeUnixNano: 1n, ...record }));
    await run.feed(run.sources.batch('logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    const kept = run.out.batches.flatMap((batch) =>
      decode('logs', batch.bytes).resourceLogs.flatMap((group) =>
        group.scopeLogs.flatMap((scope) =>
          scope.logRecords.map((record) => [
            record.severityText,
            Object.fromEntries(
              record.attributes.map(({ key, value }) => [key, value?.stringValue ?? value]),
            ),
          ]),
        ),
      ),
    );
    run.out.release();
    expect(run.sources.held).toBe(0);
    return { kept, run };
  }

  it('by trace id, threshold and randomness as attributes', async () => {
    const { kept, run } = await sampleLogs({ sampling_percentage: 50, mode: 'proportional' }, [
      { severityText: 'high', traceId: HIGH, attributes: [attribute('a', { intValue: 1n })] },
      { severityText: 'low', traceId: LOW },
      { severityText: 'none' },
      {
        severityText: 'explicit',
        traceId: LOW,
        attributes: [
          attribute('sampling.threshold', { stringValue: '8' }),
          attribute('sampling.randomness', { stringValue: 'fffffffffffff0' }),
        ],
      },
      {
        severityText: 'nonsense',
        traceId: HIGH,
        attributes: [attribute('sampling.randomness', { stringValue: '12' })],
      },
    ]);
    expect(kept).toEqual([
      ['high', { a: { intValue: 1n }, 'sampling.threshold': '8' }],
      ['explicit', { 'sampling.threshold': 'c', 'sampling.randomness': 'fffffffffffff0' }],
    ]);
    expect([...run.settings.telemetry.snapshot().dropped.keys()]).toEqual([
      'not sampled',
      'no randomness',
      'sampling information cannot be read',
    ]);
    expect(prometheusText(run.settings.registry)).toContain(
      'otelcol_processor_probabilistic_sampler_count_logs_sampled{policy="trace_id_w3c",sampled="true"} 1\n',
    );
  });

  it.each<[value: AnyValue, there: boolean]>([
    [{ stringValue: 'host-1' }, true],
    [{ intValue: 7n }, true],
    [{ bytesValue: Uint8Array.of(1, 2) }, true],
    [{ stringValue: '' }, false],
  ])('by the attribute of the record %o', async (value, there) => {
    const config = { sampling_percentage: 100, attribute_source: 'record', from_attribute: 'host' };
    const { kept } = await sampleLogs(config, [
      { traceId: HIGH, attributes: [attribute('host', value)] },
    ]);
    const randomness = expect.stringMatching(/^[0-9a-f]{14}$/);
    const written = { 'sampling.threshold': '0', 'sampling.randomness': randomness };
    const record = ['', expect.objectContaining(written)];
    expect(kept).toEqual([record].slice(there ? 0 : 1));
  });

  it.each<[value: AnyValue, threshold: string | undefined]>([
    [{ intValue: 0n }, undefined],
    [{ intValue: 100n }, '0'],
    [{ doubleValue: 250 }, '0'],
    [{ doubleValue: 75 }, '4'],
    [{ intValue: -1n }, undefined],
    [{ stringValue: '100' }, '8'],
  ])('the record’s own percentage %o', async (value, threshold) => {
    const config = { sampling_percentage: 50, mode: 'equalizing', sampling_priority: 'p' };
    const { kept } = await sampleLogs(config, [
      { traceId: HIGH, attributes: [attribute('p', value)] },
    ]);
    expect(
      kept.map(([, attributes]) => (attributes as Record<string, unknown>)['sampling.threshold']),
    ).toEqual(threshold === undefined ? [] : [threshold]);
  });
});
