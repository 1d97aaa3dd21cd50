import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadDocument } from '../load.ts';
import { TEST_CATALOGUE } from '../suite/test-catalogue.ts';
import { componentsListing } from './components-listing.ts';
import { jsonSchema } from './json-schema.ts';
import { printConfig } from './print-config.ts';
import { referenceIndex, referencePage } from './reference-page.ts';

const YAML = `receivers: {otlp: {protocols: {grpc: }}}
processors: {batch: }
exporters:
  otlp/a: {endpoint: "\${env:HOST}:4317", token: hunter2, auth: {authenticator: file_storage}}
extensions: {file_storage: }
service:
  extensions: [file_storage]
  pipelines: {traces: {receivers: [otlp], processors: [batch], exporters: [otlp/a]}}
`;

const load = async () => {
  const { document } = await loadDocument({
    uris: ['c.yaml'],
    catalogue: TEST_CATALOGUE,
    inContainer: false,
    host: {
      env: { HOST: 'other' },
      cwd: '/',
      readFile: () => Promise.resolve(YAML),
      fetchText: () => Promise.reject(new Error('no network')),
    },
  });
  if (document === undefined) throw new Error('the document of this test has errors');
  return document;
};

describe('print-config', () => {
  it('fills in defaults and leaves out secrets', async () => {
    const printed: unknown = parse(printConfig(await load(), 'redacted', 'yaml'));
    expect(printed).toMatchObject({
      receivers: { otlp: { protocols: { grpc: { endpoint: 'localhost:4317' } } } },
      processors: { batch: { send_batch_size: 8192 } },
      exporters: {
        'otlp/a': {
          endpoint: 'other:4317',
          token: '[REDACTED]',
          level: 'low',
          auth: { authenticator: 'file_storage' },
        },
      },
      service: {
        extensions: ['file_storage'],
        pipelines: {
          traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['otlp/a'] },
        },
        telemetry: { logs: { level: 'info', encoding: 'console', sampling: { tick: '10s' } } },
      },
    });
    expect(printed).not.toHaveProperty(['receivers', 'otlp', 'protocols', 'http']);
  });

  it('prints what is written, unredacted, as JSON too', async () => {
    const document = await load();
    const printed: unknown = JSON.parse(printConfig(document, 'unredacted', 'json'));
    expect(printed).toMatchObject({
      processors: { batch: null },
      exporters: { 'otlp/a': { token: 'hunter2' } },
    });
    expect(parse(printConfig(document, 'unredacted', 'yaml'))).toEqual(printed);
    expect(printConfig(document, 'redacted', 'json')).not.toContain('hunter2');
  });

  it('can be read again', async () => {
    const printed = printConfig(await load(), 'redacted', 'yaml');
    const { errors } = await loadDocument({
      uris: [`yaml:${printed}`],
      catalogue: TEST_CATALOGUE,
      inContainer: false,
      host: {
        env: {},
        cwd: '/',
        readFile: () => Promise.resolve(''),
        fetchText: () => Promise.resolve(''),
      },
    });
    expect(errors).toEqual([]);
  });
});

it('quotes text that YAML would read as something else', async () => {
  const words = [
    '0123',
    '1_000',
    '0x1F',
    'true',
    'null',
    '1e3',
    '',
    '~',
    'yes',
    'a: b',
    '- a',
    '#',
  ];
  const yaml = YAML.replace('hunter2', JSON.stringify(words[0])).concat(
    `  telemetry: {logs: {initial_fields: ${JSON.stringify(Object.fromEntries(words.map((word, i) => [`k${i}`, word])))}}}\n`,
  );
  const read = async (text: string) => {
    const { document } = await loadDocument({
      uris: [`yaml:${text}`],
      catalogue: TEST_CATALOGUE,
      inContainer: false,
      host: {
        env: { HOST: 'h' },
        cwd: '/',
        readFile: () => Promise.resolve(''),
        fetchText: () => Promise.resolve(''),
      },
    });
    return document;
  };
  const first = await read(yaml);
  const again =
    first === undefined ? undefined : await read(printConfig(first, 'unredacted', 'yaml'));
  expect(again?.service.telemetry.logs.initial_fields).toEqual(
    Object.fromEntries(words.map((word, i) => [`k${i}`, word])),
  );
});

it('lists components as upstream does, marks ours', () => {
  const listing: unknown = parse(
    componentsListing(TEST_CATALOGUE, { command: 'x', description: 'd', version: '1' }),
  );
  expect(listing).toMatchObject({
    buildinfo: { command: 'x', description: 'd', version: '1' },
    processors: [
      { name: 'batch', stability: { traces: 'Stable', metrics: 'Stable', logs: 'Stable' } },
      { name: 'memory_limiter' },
      {
        name: 'probabilistic_sampler',
        stability: { traces: 'Beta', metrics: 'Undefined', logs: 'Alpha' },
      },
      { name: 'rate_limiting_sampler', ours: true },
      { name: 'tail_sampling' },
    ],
    connectors: [
      { name: 'forward' },
      {
        name: 'spanmetrics',
        stability: { 'traces-to-metrics': 'Alpha', 'logs-to-logs': 'Undefined' },
      },
    ],
    extensions: [
      { name: 'file_storage', stability: { extension: 'Beta' } },
      { name: 'health_check' },
    ],
    providers: [
      { scheme: 'env' },
      { scheme: 'file' },
      { scheme: 'yaml' },
      { scheme: 'http' },
      { scheme: 'https' },
    ],
  });
  expect(JSON.stringify(listing)).toContain('"deprecated_names":["otlp"]');
});

it('describes every field on the reference page', () => {
  const entry = TEST_CATALOGUE.find(({ type }) => type === 'otlp_grpc');
  const page = entry === undefined ? '' : referencePage(entry);
  for (const part of [
    '# otlp_grpc (exporter)',
    'Formerly `otlp`, which still works, with a warning.',
    '| traces | Stable |',
    '| `endpoint` | text | must be written | Where to send. |',
    '| `token` | secret | – | Key. |',
    '| `level` | `low`, `high` | `low` |  |',
    '| `auth` | block | off until written |  |',
    '| `auth.authenticator` | id | – |  |',
  ]) {
    expect(page).toContain(part);
  }
  expect(referenceIndex(TEST_CATALOGUE)).toContain(
    '- [rate_limiting_sampler](processors/rate_limiting_sampler.md) (ours)',
  );
});

it('makes a JSON Schema of all components', () => {
  const schema = jsonSchema(TEST_CATALOGUE);
  expect(schema).toHaveProperty(
    [
      'properties',
      'processors',
      'patternProperties',
      '^batch(/.+)?$',
      'properties',
      'send_batch_size',
    ],
    {
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'string', pattern: '\\$\\{' },
      ],
      default: 8192,
      description: 'Send at. Not less. Unit: items.',
    },
  );
  expect(schema).toHaveProperty(
    ['properties', 'exporters', 'patternProperties', '^otlp(/.+)?$', 'deprecated'],
    true,
  );
  expect(schema).toHaveProperty(
    ['properties', 'exporters', 'patternProperties', '^otlp_grpc(/.+)?$', 'required'],
    ['endpoint'],
  );
});
