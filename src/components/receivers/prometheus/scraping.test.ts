// What comes out of scrapes: targets, points, ends of series, the series about the scrape itself.

import { describe, expect, it } from 'vitest';
import { err, ok, type Result } from '../../../base/result.ts';
import { decodePlain } from '../../../config/schema.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import type { KeyValue, MetricsRequest } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { FakeClock, settle } from '../../../pipeline/suite/fake-clock.ts';
import { configOf } from '../../../pipeline/suite/test-settings.ts';
import { prometheusReceiverConfig } from './config.ts';
import { type Job, jobOf } from './job.ts';
import { parseText } from './parse-text.ts';
import type { Scraped } from './scrape.ts';
import { TargetLoop } from './target-loop.ts';
import { targetsOf } from './targets.ts';

type Plain = Readonly<Record<string, unknown>>;

function jobFrom(job: Plain, receiver: Plain = {}): Job {
  const scrape = { job_name: 'shop', scrape_interval: '10s', ...job };
  const config = configOf(prometheusReceiverConfig, {
    config: { scrape_configs: [scrape] },
    ...receiver,
  });
  const [first] = config.config.scrape_configs;
  if (first === undefined) throw new Error('no job');
  return jobOf(first, config);
}

describe('targets', () => {
  it.each<[what: string, job: Plain, targets: string[]]>([
    [
      'as they are',
      { static_configs: [{ targets: ['a:1', 'b:2'], labels: { env: 'x' } }] },
      [
        'http://a:1/metrics {env=x,instance=a:1,job=shop}',
        'http://b:2/metrics {env=x,instance=b:2,job=shop}',
      ],
    ],
    [
      'path, scheme, parameters',
      {
        metrics_path: '/m',
        scheme: 'https',
        params: { 'match[]': ['x', 'y'] },
        static_configs: [{ targets: ['a'] }],
      },
      ['https://a/m?match%5B%5D=x&match%5B%5D=y {instance=a,job=shop}'],
    ],
    [
      'relabelled: another address, a label kept, others dropped',
      {
        static_configs: [
          { targets: ['a:1'], labels: { keep: 'yes', __meta_port: '9' } },
          { targets: ['b:1'] },
        ],
        relabel_configs: [
          { source_labels: ['keep'], regex: 'yes', action: 'keep' },
          {
            source_labels: ['__address__', '__meta_port'],
            regex: '(.*):\\d+;(.*)',
            replacement: '$1:$2',
            target_label: '__address__',
          },
          { target_label: 'instance', replacement: 'mine' },
          { target_label: '__param_x', replacement: 'y' },
        ],
      },
      ['http://a:9/metrics?x=y {instance=mine,job=shop,keep=yes}'],
    ],
    [
      'more than allowed: none',
      { target_limit: 1, static_configs: [{ targets: ['a', 'b'] }] },
      ['! 2 targets where target_limit is 1'],
    ],
    [
      'a path in an address',
      { static_configs: [{ targets: ['a:1/x'] }] },
      ['! a:1/x of job shop is no host:port; a path goes into metrics_path'],
    ],
  ])('%s', (_what, job, expected) => {
    const made = jobFrom(job);
    const { targets, faults } = targetsOf(made, made.config.static_configs);
    const lines = targets.map(
      ({ url, labels }) => `${url.href} {${[...labels].map((pair) => pair.join('=')).join(',')}}`,
    );
    expect([...lines, ...faults.map((fault) => `! ${fault}`)]).toEqual(expected);
  });
});

interface Running {
  readonly clock: FakeClock;
  readonly loop: TargetLoop;
  readonly requests: MetricsRequest[];
  readonly faults: Array<string | undefined>;
  answer: string | Error;
}

/** A loop whose target shows `answer`; each call of `next` is one scrape. */
function run(
  job: Plain = {},
  receiver: Plain = {},
  openMetrics = false,
): Running & { next(answer: string | Error): Promise<string[]> } {
  const made = jobFrom({ static_configs: [{ targets: ['a:1'] }], ...job }, receiver);
  const [target] = targetsOf(made, made.config.static_configs).targets;
  if (target === undefined) throw new Error('no target');
  const clock = new FakeClock(1_000_000);
  const running: Running = {
    clock,
    requests: [],
    faults: [],
    answer: '',
    loop: undefined as unknown as TargetLoop,
  };
  const scrape = (): Promise<Result<Scraped, string>> => {
    if (running.answer instanceof Error) return Promise.resolve(err(running.answer.message));
    const parsed = parseText(running.answer, openMetrics);
    const bytes = running.answer.length;
    return Promise.resolve(
      parsed.ok
        ? ok({ families: parsed.value, bodyBytes: bytes, packedBytes: bytes })
        : err(parsed.error.message),
    );
  };
  const loop = new TargetLoop({
    job: made,
    target,
    scraper: { scrape },
    clock,
    trimsSuffixes: receiver['trim_metric_suffixes'] === true,
    startMetric:
      receiver['use_start_time_metric'] === true ? /^process_start_time_seconds$/ : undefined,
    deliver: ({ bytes }) => {
      running.requests.push(decode('metrics', bytes));
      return Promise.resolve();
    },
    report: (_target, fault) => void running.faults.push(fault),
  });
  Object.assign(running, { loop });
  const next = async (answer: string | Error): Promise<string[]> => {
    running.answer = answer;
    if (running.requests.length === 0) {
      loop.start();
      await clock.advance(9_999); // the first is within the interval
      if (running.requests.length === 0) await clock.advance(1);
    } else {
      await clock.advance(10_000);
    }
    await settle();
    return lines(running.requests.at(-1));
  };
  return Object.assign(running, { next });
}

const OWN = /^(?:up|scrape_)/;
const labels = (attributes: readonly KeyValue[]): string =>
  attributes.map(({ key, value }) => `${key}=${valueText(value)}`).join(',');

/** `name [unit] kind{labels} value`; a stale point has `stale` for its value. */
function lines(request: MetricsRequest | undefined): string[] {
  const metrics =
    request?.resourceMetrics.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap((scope) => scope.metrics),
    ) ?? [];
  return metrics.flatMap(({ name, unit, gauge, sum, histogram, summary }) => {
    const head = unit === '' ? name : `${name} [${unit}]`;
    const line = (
      kind: string,
      point: { attributes: readonly KeyValue[]; flags: number },
      value: unknown,
    ): string =>
      `${head} ${kind}{${labels(point.attributes)}} ${point.flags === 1 ? 'stale' : String(value)}`;
    return [
      ...(gauge?.dataPoints ?? []).map((one) => line('gauge', one, one.asDouble)),
      ...(sum?.dataPoints ?? []).map((one) =>
        line(sum?.isMonotonic === true ? 'counter' : 'updown', one, one.asDouble),
      ),
      ...(histogram?.dataPoints ?? []).map((one) =>
        line(
          'histogram',
          one,
          `${one.count} ${one.sum} ${one.explicitBounds.join('/')} ${one.bucketCounts.join('/')}`,
        ),
      ),
      ...(summary?.dataPoints ?? []).map((one) =>
        line(
          'summary',
          one,
          `${one.count} ${one.sum} ${one.quantileValues.map(({ quantile, value }) => `${quantile}:${value}`).join(' ')}`,
        ),
      ),
    ];
  });
}

const others = (all: readonly string[]): string[] => all.filter((line) => !OWN.test(line));

describe('points', () => {
  it.each<[what: string, job: Plain, text: string, expected: string[]]>([
    [
      'types',
      {},
      '# TYPE c counter\nc_total 1\n# TYPE g gauge\ng{a="b"} 2\nu 3\n',
      ['c_total counter{} 1', 'g gauge{a=b} 2', 'u gauge{} 3'],
    ],
    [
      'a counter by its full name',
      {},
      '# TYPE c_total counter\nc_total 1\n',
      ['c_total counter{} 1'],
    ],
    [
      'a histogram: buckets hold their own only',
      {},
      '# TYPE h histogram\nh_bucket{x="1",le="0.5"} 2\nh_bucket{x="1",le="1"} 5\nh_bucket{x="1",le="+Inf"} 6\nh_sum{x="1"} 7.5\nh_count{x="1"} 6\n',
      ['h histogram{x=1} 6 7.5 0.5/1 2/3/1'],
    ],
    [
      'a summary',
      {},
      '# TYPE s summary\ns{quantile="0.9"} 3\ns{quantile="0.5"} 2\ns_sum 9\ns_count 4\n',
      ['s summary{} 4 9 0.9:3 0.5:2'],
    ],
    [
      'labels of the target are renamed',
      {},
      'g{job="mine",instance="i",a="b"} 1\n',
      ['g gauge{a=b,exported_instance=i,exported_job=mine} 1'],
    ],
    [
      'dropped by name',
      { metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'go_.*', action: 'drop' }] },
      'go_x 1\ng 2\n',
      ['g gauge{} 2'],
    ],
    [
      'a histogram renamed as a whole',
      {
        metric_relabel_configs: [
          {
            source_labels: ['__name__'],
            regex: 'h(_.*)',
            target_label: '__name__',
            replacement: 'new$1',
          },
        ],
      },
      '# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
      ['new histogram{} 1 1  1'],
    ],
  ])('%s', async (_what, job, text, expected) => {
    const running = run(job);
    expect(others(await running.next(text))).toEqual(expected);
    expect(running.faults).toEqual([undefined]);
  });

  it('honor_labels: job and instance of the sample make its resource', async () => {
    const running = run({ honor_labels: true });
    await running.next('g{job="mine",instance="i"} 1\n');
    const resources =
      running.requests[0]?.resourceMetrics.map(({ resource }) =>
        labels(resource?.attributes ?? []),
      ) ?? [];
    const rest = 'server.address=a,server.port=1,url.scheme=http';
    expect(resources).toEqual([
      `service.name=mine,service.instance.id=i,${rest}`,
      `service.name=shop,service.instance.id=a:1,${rest}`,
    ]);
  });

  it('OpenMetrics: units, start, exemplar, target_info, scope', async () => {
    const running = run({}, {}, true);
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const text = [
      '# TYPE d_seconds counter',
      '# UNIT d_seconds seconds',
      `d_seconds_total{otel_scope_name="lib",otel_scope_version="2"} 5 # {trace_id="${trace}",k="v"} 0.5`,
      'd_seconds_created{otel_scope_name="lib",otel_scope_version="2"} 100',
      '# TYPE target info',
      'target_info{"host.name"="h"} 1',
      '# EOF\n',
    ].join('\n');
    expect(others(await running.next(text))).toEqual(['d_seconds_total [s] counter{} 5']);
    const [group] = running.requests[0]?.resourceMetrics ?? [];
    expect(labels(group?.resource?.attributes ?? [])).toContain('url.scheme=http,host.name=h');
    const [scope] = group?.scopeMetrics ?? [];
    expect([scope?.scope?.name, scope?.scope?.version]).toEqual(['lib', '2']);
    const point = scope?.metrics[0]?.sum?.dataPoints[0];
    expect(point?.startTimeUnixNano).toBe(100_000_000_000n);
    expect(point?.exemplars).toMatchObject([
      { traceId: trace, asDouble: 0.5, filteredAttributes: [{ key: 'k' }] },
    ]);
  });

  it('trimmed names, and a start time metric', async () => {
    const running = run({}, { trim_metric_suffixes: true, use_start_time_metric: true });
    const text =
      'process_start_time_seconds 50\n# TYPE singing_duration_seconds_total counter\nsinging_duration_seconds_total 1\n';
    expect(others(await running.next(text))).toEqual([
      'process_start_time [s] gauge{} 50',
      'singing_duration [s] counter{} 1',
    ]);
    const metrics = running.requests[0]?.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(
      metrics.map(({ sum, gauge }) => (sum ?? gauge)?.dataPoints[0]?.startTimeUnixNano).slice(0, 2),
    ).toEqual([0n, 50_000_000_000n]);
  });

  it('times of the target’s own, unless they are not honoured', async () => {
    const timeOf = async (job: Plain): Promise<bigint | undefined> => {
      const running = run(job);
      await running.next('g 1 1500\n');
      return running.requests[0]?.resourceMetrics[0]?.scopeMetrics[0]?.metrics[0]?.gauge
        ?.dataPoints[0]?.timeUnixNano;
    };
    expect(await timeOf({})).toBe(1_500_000_000n);
    expect(await timeOf({ honor_timestamps: false })).toBeGreaterThan(1_500_000_000n);
  });
});

describe('series end', () => {
  it('when they are not shown any more, when the scrape fails, when the target is gone', async () => {
    const running = run();
    await running.next('a 1\nb{x="1"} 1\n');
    expect(others(await running.next('a 2\n'))).toEqual(['a gauge{} 2', 'b gauge{x=1} stale']);
    expect(others(await running.next('a 3\n'))).toEqual(['a gauge{} 3']);
    const failed = await running.next(new Error('connection refused'));
    expect(failed.slice(0, 2)).toEqual([
      'up gauge{} 0',
      expect.stringMatching(/^scrape_duration_seconds/),
    ]);
    expect(others(failed)).toEqual(['a gauge{} stale']);
    expect(others(await running.next('a 4\n'))).toEqual(['a gauge{} 4']);
    await running.loop.stop(true);
    const last = lines(running.requests.at(-1));
    expect(last.every((line) => line.endsWith('stale'))).toBe(true);
    expect(last).toContain('up gauge{} stale');
    expect(running.clock.timers).toBe(0);
    expect(running.faults).toEqual([
      undefined,
      undefined,
      undefined,
      'connection refused',
      undefined,
    ]);
  });

  it('not where the target gives the times, unless that is asked for', async () => {
    const gone = async (job: Plain): Promise<string[]> => {
      const running = run(job);
      await running.next('a 1 1000\nb 1 1000\n');
      return others(await running.next('b 1 2000\n'));
    };
    expect(await gone({})).toEqual(['b gauge{} 1']);
    expect(await gone({ track_timestamps_staleness: true })).toEqual([
      'b gauge{} 1',
      'a gauge{} stale',
    ]);
  });

  it('not when the program stops', async () => {
    const running = run();
    await running.next('a 1\n');
    await running.loop.stop(false);
    expect(running.requests).toHaveLength(1);
  });
});

describe('the scrape itself', () => {
  it('says how it went', async () => {
    const running = run(
      { metric_relabel_configs: [{ source_labels: ['__name__'], regex: 'b', action: 'drop' }] },
      { report_extra_scrape_metrics: true },
    );
    const all = await running.next('a 1\nb 1\n');
    expect(
      all
        .filter((line) => OWN.test(line))
        .map((line) => line.replace(/(duration_seconds gauge\{\}) .*/, '$1')),
    ).toEqual([
      'up gauge{} 1',
      'scrape_duration_seconds gauge{}',
      'scrape_samples_scraped gauge{} 2',
      'scrape_samples_post_metric_relabeling gauge{} 1',
      'scrape_series_added gauge{} 1',
      'scrape_timeout_seconds gauge{} 10',
      'scrape_sample_limit gauge{} 0',
      'scrape_body_size_bytes gauge{} 8',
    ]);
  });

  it.each<[job: Plain, fault: RegExp]>([
    [{ sample_limit: 1 }, /2 samples where sample_limit is 1/],
    [{ label_limit: 3 }, /more than 3 labels/],
    [{ label_name_length_limit: 4 }, /label_name_length_limit/],
    [{ label_value_length_limit: 3 }, /label_value_length_limit/],
  ])('limits: %j', async (job, fault) => {
    const running = run(job);
    const all = await running.next('a{long_name="x"} 1\nb{v="long value",w="x"} 1\n');
    expect(running.faults[0]).toMatch(fault);
    expect(all[0]).toBe('up gauge{} 0');
    expect(others(all)).toEqual([]);
  });
});

it.each<[config: Plain, message: RegExp, isError: boolean]>([
  [{ rule_files: ['x'] }, /belongs to Prometheus itself/, true],
  [{ remote_write: [{}] }, /belongs to Prometheus itself/, true],
  [{ alerting: { alertmanagers: [] } }, /belongs to Prometheus itself/, true],
  [{ scrape_configs: [{ job_name: 'a' }, { job_name: 'a' }] }, /there is a job a already/, true],
  [{ scrape_configs: [{}] }, /"job_name" is missing/, true],
  [{ scrape_configs: [{ job_name: 'a', scrape_interval: '5' }] }, /"5" is not a duration/, true],
  [
    { scrape_configs: [{ job_name: 'a', scrape_interval: '5s', scrape_timeout: '6s' }] },
    /longer than scrape_interval/,
    true,
  ],
  [{ scrape_configs: [{ job_name: 'a', oauth2: {} }] }, /is not here yet/, true],
  [
    { scrape_configs: [{ job_name: 'a', basic_auth: {}, authorization: {} }] },
    /more than one way to log in/,
    true,
  ],
  [
    { scrape_configs: [{ job_name: 'a', kubernetes_sd_configs: [{ role: 'pod' }] }] },
    /no target comes of it/,
    false,
  ],
])('%j is said', (config, message, isError) => {
  const { errors, warnings } = decodePlain(prometheusReceiverConfig, { config });
  expect((isError ? errors : warnings).map((one) => one.message).join('\n')).toMatch(message);
  expect(errors.length > 0).toBe(isError);
});
