import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../net/config/endpoint.ts';
import { maxMessageBytes } from './config.ts';
import { countRefused, OTHER_PEERS, ReceiverCounters } from './counters.ts';
import { Findings } from './findings.ts';
import { hasToken } from './token.ts';

describe('parseEndpoint', () => {
  it.each<[endpoint: string, hosts: string[] | undefined, port: number | undefined]>([
    ['localhost:4317', ['127.0.0.1', '::1'], 4317],
    ['127.0.0.1:0', ['127.0.0.1'], 0],
    ['0.0.0.0:4318', ['0.0.0.0'], 4318],
    ['[::]:4317', ['::'], 4317],
    [':4317', ['0.0.0.0'], 4317],
    ['collector:65535', ['collector'], 65_535],
    ['collector:65536', undefined, undefined],
    ['http://localhost:4317', undefined, undefined],
    ['::1:4317', undefined, undefined],
    ['localhost', undefined, undefined],
  ])('%s', (endpoint, hosts, port) => {
    const parsed = parseEndpoint(endpoint);
    expect([parsed?.hosts, parsed?.port]).toEqual([hosts, port]);
  });
});

it('limits messages to 64 MiB where the file does not say', () => {
  expect(maxMessageBytes(undefined)).toBe(67_108_864);
  expect(maxMessageBytes({ endpoint: '', max_recv_msg_size_mib: 4 })).toBe(4_194_304);
});

describe('Findings', () => {
  it('counts by sender and mistake, and keeps the first and the last time', () => {
    let nowMs = 100;
    const findings = new Findings(() => nowMs);
    findings.add('a', 'OTLP_NO_PATH', 'first');
    nowMs = 200;
    findings.add('b', 'OTLP_NO_PATH');
    nowMs = 300;
    findings.add('a', 'OTLP_NO_PATH', 'x'.repeat(1000));
    expect(findings.list()).toMatchObject([
      { peer: 'a', count: 2, firstMs: 100, lastMs: 300, severity: 'error' },
      { peer: 'b', count: 1 },
    ]);
    expect(findings.list()[0]?.detail.length).toBe(300);
  });

  it('is bounded: the quietest goes', () => {
    const findings = new Findings(() => 1);
    for (let number = 0; number < 600; number++) {
      findings.add(`peer ${number}`, 'OTLP_GARBAGE');
      findings.add('loud', 'OTLP_GARBAGE');
    }
    expect(findings.list().length).toBe(500);
    expect(findings.list().map((finding) => finding.peer)).toContain('loud');
  });
});

describe('ReceiverCounters', () => {
  it('counts more senders than it keeps apart together', () => {
    const counters = new ReceiverCounters('otlp');
    for (let number = 0; number < 1100; number++) {
      counters.row(`peer ${number}`, 'traces', 'grpc').accepted += 2;
    }
    const rows = counters.snapshot();
    expect(rows.length).toBe(1001);
    expect(rows.find((row) => row.peer === OTHER_PEERS)).toMatchObject({ accepted: 200 });
  });

  it('gives a snapshot that does not change any more', () => {
    const counters = new ReceiverCounters('otlp');
    const row = counters.row('a', 'logs', 'http/json');
    countRefused(row, 'full', 5);
    const before = counters.snapshot();
    countRefused(row, 'full', 5);
    expect(before).toMatchObject([{ refused: 5, refusedRequests: { full: 1 } }]);
  });
});

it.each([
  [undefined, undefined, true],
  ['secret', undefined, false],
  ['secret', 'Bearer secret', true],
  ['secret', 'bearer secret', true],
  ['secret', 'Bearer secre', false],
  ['secret', 'Basic secret', false],
])('token %s with %s: %s', (token, authorization, expected) => {
  expect(hasToken(token, authorization)).toBe(expected);
});
