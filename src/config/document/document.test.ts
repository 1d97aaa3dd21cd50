import { describe, expect, it } from 'vitest';
import { loadDocument } from '../load.ts';
import { fingerprintOf } from '../node.ts';
import { renderProblems } from '../render.ts';
import { shownPlace } from '../source.ts';
import { TEST_CATALOGUE } from '../suite/test-catalogue.ts';

const load = (yaml: string, env: Readonly<Record<string, string>> = {}, inContainer = false) =>
  loadDocument({
    uris: ['c.yaml'],
    catalogue: TEST_CATALOGUE,
    inContainer,
    host: {
      env,
      cwd: '/',
      readFile: (path) => Promise.resolve(path === 'c.yaml' ? yaml : 'x'),
      fetchText: () => Promise.reject(new Error('no network')),
    },
  });

const said = async (yaml: string, inContainer = false): Promise<string[]> => {
  const { errors, warnings } = await load(yaml, {}, inContainer);
  return [...errors, ...warnings].map(({ severity, place, message, suggestion }) => {
    const { source, start } = shownPlace(place);
    const { line, column } = source.positionAt(start);
    const kind = severity === 'error' ? '' : 'warning ';
    return `${line}:${column} ${kind}${message}${suggestion === undefined ? '' : ` | ${suggestion}`}`;
  });
};

const GOOD = `receivers:
  otlp:
    protocols:
      grpc:
processors:
  memory_limiter:
  batch:
    send_batch_size: 10
exporters:
  otlp_grpc/a:
    endpoint: other:4317
service:
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter, batch]
      exporters: [otlp_grpc/a]
`;

/** The good file with one text replaced by another. */
const but = (from: string, to: string): string => {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, to);
};

it('reads a document', async () => {
  const { document, errors, warnings } = await load(GOOD);
  expect([errors, warnings]).toEqual([[], []]);
  expect([...(document?.receivers.keys() ?? [])]).toEqual(['otlp']);
  expect(document?.processors.get('batch')?.config).toEqual({ send_batch_size: 10 });
  expect(document?.receivers.get('otlp')?.config).toEqual({
    protocols: { grpc: { endpoint: 'localhost:4317' }, http: undefined },
  });
  expect(document?.service.pipelines).toMatchObject([
    {
      id: 'traces',
      signal: 'traces',
      receivers: [{ id: 'otlp' }],
      exporters: [{ id: 'otlp_grpc/a' }],
    },
  ]);
  expect(document?.service.telemetry.logs.level).toBe('info');
});

describe('accepted', () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ['text for a list', but('[otlp]', 'otlp')],
    ['blanks in an id', but('otlp_grpc/a:', '"otlp_grpc / a":')],
    ['a second pipeline of a signal', but('    traces:', '    traces/two:')],
    [
      'telemetry',
      `${GOOD}  telemetry: {logs: {level: DEBUG, encoding: json}, metrics: {level: none}}\n`,
    ],
    [
      'a reader',
      `${GOOD}  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: 0.0.0.0, port: 8888}}}}]}}\n`,
    ],
    [
      'resource attributes',
      `${GOOD}  telemetry: {resource: {service.name: x, service.instance.id: null}}\n`,
    ],
    ['an extension', `${GOOD}  extensions: [health_check]\nextensions: {health_check: }\n`],
    [
      'a storage',
      but('endpoint: other:4317', 'endpoint: other:4317\n    storage: file_storage').concat(
        '  extensions: [file_storage]\nextensions: {file_storage: }\n',
      ),
    ],
    [
      'no processors',
      but(
        '      processors: [memory_limiter, batch]\n',
        '      processors: [memory_limiter]\n',
      ).replace('  batch:\n    send_batch_size: 10\n', ''),
    ],
    [
      'a connector',
      `${GOOD.replace('[otlp_grpc/a]', '[spanmetrics]')}    metrics: {receivers: [spanmetrics], exporters: [otlp_grpc/a]}\nconnectors: {spanmetrics: }\n`,
    ],
  ];
  it.each(cases)('%s', async (_name, yaml) => {
    expect(await said(yaml)).toEqual([]);
  });
});

describe('what is wrong, where, and what to do', () => {
  const cases: ReadonlyArray<readonly [string, string, readonly string[]]> = [
    [
      'nothing',
      '',
      [
        '1:1 "service" is missing: nothing would run | add service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}',
        '1:1 there is no exporter; a configuration needs at least one | add debug:',
        '1:1 there is no receiver; a configuration needs at least one | add otlp: {protocols: {grpc: {}}}',
      ],
    ],
    [
      'a section',
      but('processors:\n', 'procesors:\n'),
      ['5:1 unknown key "procesors" | did you mean processors?'],
    ],
    [
      'pipelines at the top',
      `${GOOD}pipelines: {}\n`,
      ['18:1 unknown key "pipelines" | it belongs one level deeper, under service'],
    ],
    [
      'a section that is a list',
      but('  memory_limiter:\n  batch:\n    send_batch_size: 10\n', '  - batch\n'),
      [
        '6:3 must be a map, but is a list | write "type:" or "type/name:" lines below it',
        '14:20 the processor "memory_limiter" is not configured | add "memory_limiter:" under processors',
        '14:36 the processor "batch" is not configured | add "batch:" under processors',
      ],
    ],
    [
      'a key of a component',
      but('send_batch_size', 'send_batchsize'),
      ['8:5 unknown key "send_batchsize" | did you mean send_batch_size?'],
    ],
    [
      'a value',
      but('size: 10', 'size: ten'),
      ['8:22 must be a whole number, but is the text "ten" | write a number'],
    ],
    [
      'a missing field',
      but('    endpoint: other:4317\n', ''),
      ['10:3 "endpoint" is missing | add endpoint: Where to send'],
    ],
    [
      'an id',
      but('batch:', 'bat-ch:').replace(', batch]', ']'),
      ['7:3 "bat-ch" is no id of a component | write bat_ch: a type has letters, digits and _'],
    ],
    [
      'an id without its name',
      but('otlp_grpc/a:', 'otlp_grpc/:').replace('[otlp_grpc/a]', '[debug]'),
      [
        '10:3 "otlp_grpc/" has no name after the / | write otlp_grpc or otlp_grpc/name',
        '17:19 the exporter "debug" is not configured | add "debug:" under exporters',
      ],
    ],
    [
      'a reference in an id',
      but('batch:', 'batch/${env:X}:').replace(', batch]', ']'),
      [
        '7:3 "${env:X}" cannot be a name | references are expanded in values only: write the name out',
      ],
    ],
    [
      'an unknown component',
      but('  batch:\n    send_batch_size: 10', '  btach:').replace(', batch]', ', btach]'),
      ['7:3 there is no processor "btach" | did you mean batch?'],
    ],
    [
      'an upstream one',
      but('  batch:\n    send_batch_size: 10', '  filter:').replace(', batch]', ', filter]'),
      [
        '7:3 the processor "filter" exists in the OpenTelemetry Collector, but not here yet | use tail_sampling with a drop policy for traces, or attributes to remove what is not wanted',
      ],
    ],
    [
      'an upstream one with something near',
      but('  batch:\n    send_batch_size: 10', '  dynamic_sampling:').replace(
        ', batch]',
        ', dynamic_sampling]',
      ),
      [
        '7:3 the processor "dynamic_sampling" exists in the OpenTelemetry Collector, but not here yet | use tail_sampling',
      ],
    ],
    [
      'one that is gone',
      but('otlp_grpc/a:', 'logging:').replace('otlp_grpc/a]', 'logging]'),
      [
        '10:3 the exporter "logging" was removed from the OpenTelemetry Collector in 0.111 | use debug',
      ],
    ],
    [
      'an upstream one with nothing near',
      but('  otlp:\n    protocols:\n      grpc:', '  kafka:').replace('[otlp]', '[kafka]'),
      [
        '2:3 the receiver "kafka" exists in the OpenTelemetry Collector, but not here yet | run it in an OpenTelemetry Collector that sends here over OTLP',
      ],
    ],
    [
      'one of another kind',
      but('  batch:\n    send_batch_size: 10', '  debug:').replace(', batch]', ', debug]'),
      ['7:3 "debug" is an exporter, no processor | move it under exporters'],
    ],
    [
      'a reference',
      but('[otlp_grpc/a]', '[otlp_grpc/b]'),
      ['17:19 the exporter "otlp_grpc/b" is not configured | did you mean otlp_grpc/a?'],
    ],
    [
      'a reference without its name',
      but('[otlp_grpc/a]', '[otlp_grpc]'),
      ['17:19 the exporter "otlp_grpc" is not configured | did you mean otlp_grpc/a?'],
    ],
    [
      'a reference of the other kind',
      but('[memory_limiter, batch]', '[memory_limiter, otlp_grpc/a]'),
      [
        '16:36 otlp_grpc/a is an exporter, and stands where a processor is wanted | name a processor here',
      ],
    ],
    [
      'a processor twice',
      but('[memory_limiter, batch]', '[memory_limiter, batch, batch]'),
      [
        '16:43 batch stands twice in this pipeline | remove it, or configure a second one as batch/2',
      ],
    ],
    [
      'a signal that it does not take',
      but('  batch:\n    send_batch_size: 10', '  batch: {}')
        .replace('otlp_grpc/a:\n', 'prometheus:\n')
        .replace('otlp_grpc/a]', 'prometheus]'),
      [
        '16:19 the exporter prometheus has nothing to do with traces | it is for metrics: remove it here',
      ],
    ],
    [
      'a signal',
      but('    traces:', '    trace:'),
      ['14:5 "trace" is no signal | did you mean traces?'],
    ],
    [
      'profiles',
      but('    traces:', '    profiles:'),
      ['14:5 pipelines of profiles are not there yet | remove it'],
    ],
    [
      'no receivers',
      but('      receivers: [otlp]\n', ''),
      [
        '14:5 the pipeline traces has no receivers | add receivers: [ID], with at least one ID that is configured under receivers',
      ],
    ],
    [
      'empty exporters',
      but('[otlp_grpc/a]', '[]'),
      [
        '17:7 the pipeline traces has no exporters | add exporters: [ID], with at least one ID that is configured under exporters',
      ],
    ],
    [
      'no pipelines',
      GOOD.slice(0, GOOD.indexOf('    traces:')),
      [
        '13:3 there is no pipeline: nothing would run | add traces: {receivers: […], exporters: […]}',
      ],
    ],
    [
      'a key of a pipeline',
      but('      processors:', '      processor:'),
      ['16:7 unknown key "processor" | did you mean processors?'],
    ],
    [
      'a key of the service',
      but('  pipelines:', '  pipeline:'),
      ['13:3 unknown key "pipeline" | did you mean pipelines?'],
    ],
    [
      'an extension',
      `${GOOD}  extensions: [healthcheck]\nextensions: {health_check: }\n`,
      ['18:16 the extension "healthcheck" is not configured | did you mean health_check?'],
    ],
    [
      'a storage that is not there',
      but('endpoint: other:4317', 'endpoint: other:4317\n    storage: file_storage'),
      [
        '12:14 the storage "file_storage" is not configured | add "file_storage:" under extensions, and "file_storage" to service: extensions',
      ],
    ],
    [
      'a storage that is not started',
      `${but('endpoint: other:4317', 'endpoint: other:4317\n    storage: file_storage')}extensions: {file_storage: }\n`,
      [
        '12:14 the extension "file_storage" is configured, but not started | add it to service: {extensions: [file_storage]}',
      ],
    ],
    [
      'telemetry',
      `${GOOD}  telemetry: {logs: {level: loud}}\n`,
      [
        '18:29 "loud" is not one of the words for this field | write one of debug, info, warn, error, dpanic, panic, fatal',
      ],
    ],
    [
      'a failed reference, once',
      but('    endpoint: other:4317', '    endpoint: ${env:1}'),
      [
        '11:15 "1" is no name of a variable | names have letters, digits and _; write $$ for a plain $',
      ],
    ],
    [
      'a connector that nobody receives from',
      `${GOOD.replace('[otlp_grpc/a]', '[otlp_grpc/a, forward]')}connectors: {forward: }\n`,
      [
        '17:32 the connector forward takes traces here, and no pipeline receives from it | name it under receivers of another pipeline (traces to traces, metrics to metrics, logs to logs)',
      ],
    ],
    [
      'a connector that nobody sends to',
      `${GOOD.replace('[otlp]', '[otlp, forward]')}connectors: {forward: }\n`,
      [
        '15:25 the connector forward gives traces here, and no pipeline sends to it | name it under exporters of another pipeline (traces to traces, metrics to metrics, logs to logs)',
      ],
    ],
    [
      'signals that it does not join',
      `${GOOD.replace('[otlp_grpc/a]', '[spanmetrics]')}    logs: {receivers: [spanmetrics], exporters: [otlp_grpc/a]}\nconnectors: {spanmetrics: }\n`,
      ['17:19 the connector spanmetrics does not join traces to logs | it joins traces to metrics'],
    ],
    [
      'a connector called as an exporter',
      `${GOOD.replace('otlp_grpc/a:\n', 'forward:\n')}connectors: {forward: }\n`,
      [
        '10:3 "forward" is a connector, no exporter | move it under connectors',
        '17:19 the exporter "otlp_grpc/a" is not configured | add "otlp_grpc/a:" under exporters',
        '18:14 forward is both a connector and an exporter; a pipeline could mean either | call this one forward/connector, or by another name',
      ],
    ],
    [
      'a circle',
      `${GOOD.replace('[otlp]', '[otlp, forward/b]').replace('[otlp_grpc/a]', '[forward/a]')}    traces/2: {receivers: [forward/a], processors: [memory_limiter], exporters: [otlp_grpc/a, forward/b]}\nconnectors: {forward/a: , forward/b: }\n`,
      [
        '18:95 the connector forward/b closes a circle: traces → traces/2 → traces | remove it here, or in one of the other pipelines',
      ],
    ],
  ];
  it.each(cases)('%s', async (_name, yaml, expected) => {
    expect(await said(yaml)).toEqual(expected);
  });
});

describe('legal, but harmful', () => {
  const tail = (policies: string): string =>
    but(
      '  batch:\n    send_batch_size: 10',
      `  batch:\n  tail_sampling: {policies: [${policies}]}`,
    ).replace(', batch]', ', tail_sampling, batch]');
  const cases: ReadonlyArray<readonly [string, string, readonly string[]]> = [
    [
      'an old name',
      GOOD.replaceAll('otlp_grpc/a', 'otlp/a'),
      [
        '10:3 warning "otlp" is now called "otlp_grpc" | write otlp_grpc/a here and where it is used; the old name still works',
      ],
    ],
    [
      'no memory_limiter',
      but('  memory_limiter:\n', '').replace('memory_limiter, ', ''),
      [
        '13:5 warning the pipeline traces has no memory_limiter: a burst can end the process for lack of memory | add memory_limiter: {check_interval: 1s, limit_mib: 512} as the first processor',
      ],
    ],
    [
      'memory_limiter too late',
      but('[memory_limiter, batch]', '[batch, memory_limiter]'),
      [
        '16:27 warning memory_limiter is not the first processor: what stands before it is not limited | put it first',
      ],
    ],
    [
      'batch before tail_sampling',
      tail('{type: probabilistic}').replace('tail_sampling, batch]', 'batch, tail_sampling]'),
      [
        '16:36 warning batch stands before tail_sampling, which takes the batches apart again; what it lets through is sent in small pieces | put batch behind tail_sampling',
      ],
    ],
    [
      'no floor',
      tail('{type: latency}, {type: status_code}'),
      [
        '8:19 warning no policy keeps a share of ordinary traces: without them there is nothing to compare slow and failed ones with | add {name: rest, type: probabilistic, probabilistic: {sampling_percentage: 1}}',
      ],
    ],
    [
      'sampling twice',
      tail('{type: probabilistic}')
        .replace('  batch:\n', '  batch:\n  probabilistic_sampler:\n')
        .replace('[memory_limiter, tail', '[memory_limiter, probabilistic_sampler, tail'),
      [
        '17:36 warning probabilistic_sampler stands before tail_sampling: errors and slow traces are thrown away before they are looked at | remove it and give tail_sampling a policy of type probabilistic',
      ],
    ],
    [
      'unused',
      but('  otlp:\n', '  nop:\n  otlp:\n'),
      [
        '2:3 warning the receiver nop is configured, but nothing uses it | name it in a pipeline, or remove it',
      ],
    ],
    [
      'twice in a list',
      but('[otlp]', '[otlp, otlp]'),
      ['15:25 warning otlp stands twice in this list and counts once | remove it'],
    ],
    [
      'a circle over the network',
      but('other:4317', 'localhost:4317'),
      [
        '11:15 warning this sends to the receiver otlp of this same configuration: what is sent comes in again, without end | write the address of the other side',
      ],
    ],
    [
      'one port twice',
      `${GOOD}  extensions: [health_check]\nextensions: {health_check: {endpoint: "0.0.0.0:4317"}}\n`,
      [
        '19:39 warning port 4317 is also listened on by the receiver otlp; the second one cannot start | choose another port',
      ],
    ],
    [
      'own metrics that are sent',
      `${GOOD}  telemetry: {metrics: {readers: [{periodic: {}}]}}\n`,
      [
        '18:46 warning own metrics are not sent yet, only served | use pull, and a prometheus receiver that scrapes it',
      ],
    ],
    [
      'the HTTP port for gRPC',
      but('other:4317', 'other:4318'),
      [
        '11:15 warning port 4318 is OTLP over HTTP, and this sends gRPC | write port 4317, or use otlp_http',
      ],
    ],
    [
      'a port of Jaeger',
      but('other:4317', 'jaeger:14250'),
      ['11:15 warning port 14250 is Jaeger’s own protocol, and this sends OTLP | write port 4317'],
    ],
    [
      'the gRPC port for HTTP',
      GOOD.replaceAll('otlp_grpc/a', 'otlp_http').replace('other:4317', 'http://other:4317'),
      [
        '11:15 warning port 4317 is OTLP over gRPC, and this sends HTTP | write port 4318, or use otlp_grpc',
      ],
    ],
    [
      'a path twice',
      GOOD.replaceAll('otlp_grpc/a', 'otlp_http').replace(
        'other:4317',
        'http://other:4318/v1/traces',
      ),
      [
        '11:15 warning /v1/traces is added to the endpoint, and so stands there twice | write it without /v1/traces',
      ],
    ],
    [
      'a path where it belongs',
      GOOD.replaceAll('otlp_grpc/a', 'otlp_http').replace(
        'endpoint: other:4317',
        'traces_endpoint: http://other:4318/v1/traces',
      ),
      [],
    ],
  ];
  it.each(cases)('%s', async (_name, yaml, expected) => {
    expect(await said(yaml)).toEqual(expected);
  });

  it('localhost in a container', async () => {
    expect(await said(GOOD.replace('other:4317', 'localhost:9999'), true)).toEqual([
      '4:7 warning localhost:4317 can be reached from this container only | write 0.0.0.0:4317',
      '11:15 warning localhost is this container itself, not the machine it runs on | write the name of the service, or host.docker.internal',
    ]);
  });
});

it('shows the line, the token, and where a value came from', async () => {
  const { errors } = await load(but('size: 10', 'size: ${env:SIZE}'), { SIZE: 'ten' });
  expect(renderProblems(errors)).toBe(
    [
      'c.yaml:8:22: error: processors::batch::send_batch_size: must be a whole number, but is the text "ten" (the value of env:SIZE)',
      '  8 |     send_batch_size: ${env:SIZE}',
      '    |                      ^^^^^^^^^^^',
      '  → write a number\n',
    ].join('\n'),
  );
});

it('compares documents whatever the order of keys', async () => {
  const one = await load(GOOD);
  const two = await load(
    but(
      '  memory_limiter:\n  batch:\n    send_batch_size: 10\n',
      '  batch: {send_batch_size: 10}\n  memory_limiter:\n',
    ),
  );
  const other = await load(but('size: 10', 'size: 11'));
  const print = ({ document }: typeof one) =>
    document === undefined ? '' : fingerprintOf(document.node);
  expect(print(one)).toBe(print(two));
  expect(print(one)).not.toBe(print(other));
});
