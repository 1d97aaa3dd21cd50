import { describe, expect, expectTypeOf, it } from 'vitest';
import { decodePlain, type AnySchema, type ConfigOf } from '../../config/schema.ts';
import type { CorsConfig } from '../cors.ts';
import { grpcClient } from './grpc-client.ts';
import { grpcServer } from './grpc-server.ts';
import { httpClient } from './http-client.ts';
import { httpServer, type HttpServer } from './http-server.ts';
import { tlsClient, tlsServer } from './tls.ts';

const said = (schema: AnySchema, value: object): string[] => {
  const { errors, warnings } = decodePlain(schema, value);
  return [...errors, ...warnings].map(
    ({ path, message, suggestion }) => `${path}: ${message}; ${suggestion}`,
  );
};

const cert = { cert_file: 'c.pem', key_file: 'k.pem' };
const server = grpcServer('localhost:4317');
const webServer = httpServer({ endpoint: 'localhost:4318' });
const client = grpcClient({ compression: 'gzip' });
const webClient = httpClient({ compression: 'gzip', timeout: '30s' });

it('fits what the servers take', () => {
  expectTypeOf<NonNullable<HttpServer['cors']>>().toExtend<CorsConfig>();
  expectTypeOf<ConfigOf<typeof webClient>['timeout']>().toEqualTypeOf<number>();
});

describe('accepted', () => {
  const cases: ReadonlyArray<readonly [string, AnySchema, object]> = [
    ['server defaults', server, {}],
    ['every server address', server, { endpoint: '[::]:0' }],
    ['a unix socket', server, { endpoint: '/run/otlp.sock', transport: 'unix' }],
    ['server TLS', server, { tls: { ...cert, min_version: '1.3', client_ca_file: 'a.pem' } }],
    [
      'keepalive',
      server,
      {
        keepalive: {
          server_parameters: { max_connection_age: '60s', max_connection_idle: '11s' },
          enforcement_policy: { min_time: '10s', permit_without_stream: true },
        },
      },
    ],
    ['cors', webServer, { cors: { allowed_origins: ['https://*.test.com'], max_age: 7200 } }],
    [
      'headers as a map',
      client,
      { endpoint: 'a:1', headers: { 'x-a': 'b' }, tls: { insecure: true } },
    ],
    ['headers as a list', webClient, { headers: [{ name: 'x-a', value: 'b' }] }],
    ['a target with https', client, { endpoint: 'https://a:1' }],
    ['a target for DNS', client, { endpoint: 'dns:///a.b:4317', tls: {} }],
    ['a unix target', client, { endpoint: 'unix:///run/a.sock' }],
    ['an empty list of encodings', webServer, { compression_algorithms: [] }],
    ['client certificates', tlsClient, { ...cert, ca_file: 'ca.pem', server_name_override: 'x' }],
  ];
  it.each(cases)('%s', (_name, schema, value) => {
    expect(said(schema, value)).toEqual([]);
  });
});

describe('refused or warned of', () => {
  const cases: ReadonlyArray<readonly [AnySchema, object, string]> = [
    [
      server,
      { endpoint: 'http://a:1' },
      'endpoint: is an address to listen on, not a URL; write it without http:// and without a path',
    ],
    [server, { endpoint: 'localhost' }, 'endpoint: has no port; write localhost:PORT'],
    [server, { endpoint: '0.0.0.0:99999' }, 'endpoint: 99999 is no port; write a port up to 65535'],
    [
      webServer,
      { endpoint: '::1:4318' },
      'endpoint: must be host:port; write it as 0.0.0.0:4317 or [::]:4317',
    ],
    [
      server,
      { tls: {} },
      'tls: a server needs a certificate and its key; add cert_file and key_file',
    ],
    [
      tlsServer,
      { cert_file: 'c' },
      ': has a certificate only; certificate and key go together; add key_file',
    ],
    [tlsClient, { ...cert, key_pem: 'k' }, 'key_pem: is given twice; keep key_file or key_pem'],
    [
      tlsClient,
      { min_version: 1.2 },
      'min_version: must be text, but is the number 1.2; quote it: "1.2"',
    ],
    [
      tlsClient,
      { min_version: '1.3', max_version: '1.2' },
      'max_version: is below min_version; write 1.3 or more',
    ],
    [client, {}, 'endpoint: "endpoint" is missing; add endpoint: Where to send: host:port'],
    [client, { endpoint: 'jaeger' }, 'endpoint: has no port; write jaeger:4317'],
    [client, { endpoint: 'a:1/v1/traces' }, 'endpoint: is for gRPC, which has no path; write a:1'],
    [
      client,
      { endpoint: 'http://a:1' },
      'endpoint: http:// does not switch TLS off for gRPC: this connects with TLS; add "tls: {insecure: true}", or write the endpoint without http://',
    ],
    [
      client,
      { endpoint: 'a:1', insecure: true },
      'insecure: unknown key "insecure"; it belongs one level deeper, under tls',
    ],
    [
      client,
      { endpoint: 'a:1', compression: 'gzp' },
      'compression: "gzp" is not one of the words for this field; did you mean gzip? write one of gzip, zstd, snappy, none, ""',
    ],
    [
      webClient,
      { endpoint: 'loki:3100' },
      'endpoint: must be a URL; write http://loki:3100 or https://loki:3100',
    ],
    [
      webClient,
      { endpoint: 'grpc://loki:3100' },
      'endpoint: grpc:// is not spoken here; write http:// or https://',
    ],
    [
      webClient,
      { endpoint: 'https://a', tls: { insecure: true } },
      'tls::insecure: has no effect with https://: the connection is encrypted and the certificate checked; insecure_skip_verify: true leaves the check out; http:// leaves TLS out',
    ],
    [
      webServer,
      { middlewares: [{ id: 'x' }] },
      'middlewares::0::id: is a middleware extension, which are not there yet; remove it',
    ],
  ];
  it.each(cases)('%# %o', (schema, value, expected) => {
    expect(said(schema, value)).toEqual([expected]);
  });
});
