// Settings of the otlp receiver in a configuration, each by what a client sees of it.

import { copyFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { encode } from '../../src/otlp/objects/encode.ts';
import { startTestCollector, type TestCollector } from '../support/collector.ts';

const SPANS = encode('traces', {
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId: 'aa'.repeat(16), spanId: 'bb'.repeat(8), name: 'x' }] }] },
  ],
});
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const start = (protocols: string): Promise<TestCollector> =>
  startTestCollector(`
receivers:
  otlp:
    protocols:
${protocols}
exporters: {nop: }
service:
  pipelines:
    traces: {receivers: [otlp], exporters: [nop]}
`);

async function post(
  port: number,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body: Uint8Array.from(body),
  });
  await answer.arrayBuffer();
  return answer;
}

it('takes only the encodings that are listed', async () => {
  const collector = await start(
    '      http: {endpoint: "127.0.0.1:0", compression_algorithms: ["", zstd]}',
  );
  const port = collector.port('otlp', 'http');
  const packed = await post(port, '/v1/traces', gzipSync(SPANS), { 'content-encoding': 'gzip' });
  expect(packed.status).toBe(400);
  expect((await post(port, '/v1/traces', SPANS)).status).toBe(200);
});

it('serves the paths, the limit and the headers of the file', async () => {
  const collector = await start(`      http:
        endpoint: "127.0.0.1:0"
        traces_url_path: /here
        max_request_body_size: 100
        response_headers: {x-site: lab}
        cors: {allowed_origins: ["https://*.example.com"], allowed_headers: [x-more], max_age: 60}`);
  const port = collector.port('otlp', 'http');
  const taken = await post(port, '/here', SPANS);
  expect([taken.status, taken.headers.get('x-site')]).toEqual([200, 'lab']);
  expect((await post(port, '/v1/traces', SPANS)).status).toBe(404);
  expect((await post(port, '/here', new Uint8Array(101))).status).toBe(413);
  const preflight = await fetch(`http://127.0.0.1:${port}/here`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example.com', 'access-control-request-headers': 'x-more' },
  });
  expect(preflight.headers.get('access-control-allow-headers')).toBe('x-more');
  expect(preflight.headers.get('access-control-max-age')).toBe('60');
});

it('answers a signal that no pipeline has as not implemented', async () => {
  const collector = await start('      http: {endpoint: "127.0.0.1:0"}');
  expect((await post(collector.port('otlp', 'http'), '/v1/logs', SPANS)).status).toBe(404);
});

it('closes a connection after one request where keep_alives_enabled is false', async () => {
  const collector = await start(
    '      http: {endpoint: "127.0.0.1:0", keep_alives_enabled: false}',
  );
  const port = collector.port('otlp', 'http');
  const header = await new Promise<string | undefined>((resolve, reject) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        path: '/v1/traces',
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf', connection: 'keep-alive' },
      },
      (answer) => {
        answer.resume();
        resolve(answer.headers.connection);
      },
    );
    sent.once('error', reject);
    sent.end(SPANS);
  });
  expect(header).toBe('close');
});

it('gives up a client that does not send its headers in read_header_timeout', async () => {
  const collector = await start(
    '      http: {endpoint: "127.0.0.1:0", read_header_timeout: 300ms}',
  );
  const socket = connectSocket(collector.port('otlp', 'http'), '127.0.0.1');
  const from = performance.now();
  socket.on('error', () => undefined);
  socket.resume();
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\n');
  await new Promise((done) => socket.once('close', done));
  expect(performance.now() - from).toBeLessThan(3000);
});

function exportOver(session: ClientHttp2Session): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
    stream.on('error', reject);
    stream.resume();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(SPANS.length, 1);
    stream.end(Buffer.concat([prefix, SPANS]));
  });
}

const closing = (session: ClientHttp2Session): Promise<number> =>
  new Promise((resolve) => {
    const from = performance.now();
    session.once('close', () => resolve(performance.now() - from));
  });

it.each([['max_connection_age: 300ms'], ['max_connection_idle: 300ms']])(
  'asks gRPC clients to connect anew: %s',
  async (setting) => {
    const collector = await start(`      grpc:
        endpoint: "127.0.0.1:0"
        keepalive: {server_parameters: {${setting}}}`);
    const session = connect(`http://127.0.0.1:${collector.port('otlp', 'grpc')}`);
    expect(await exportOver(session)).toBe('0');
    const after = await closing(session);
    expect(after).toBeGreaterThan(100);
    expect(after).toBeLessThan(3000);
  },
);

it('closes a gRPC connection whose client does not answer pings', async () => {
  const collector = await start(`      grpc:
        endpoint: "127.0.0.1:0"
        keepalive: {server_parameters: {time: 200ms, timeout: 200ms}}`);
  const socket = connectSocket(collector.port('otlp', 'grpc'), '127.0.0.1');
  const from = performance.now();
  socket.on('error', () => undefined);
  socket.resume();
  // The preface and empty settings: a client that then says nothing more.
  socket.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1'));
  await new Promise((done) => socket.once('close', done));
  expect(performance.now() - from).toBeLessThan(3000);
});

it('listens on a unix socket, also where a dead process left one', async () => {
  const folder = (await start('      http: {endpoint: "127.0.0.1:0"}')).folder;
  const path = join(folder, 'otlp.sock');
  for (const _run of [1, 2]) {
    const collector = await start(`      grpc: {endpoint: ${path}, transport: unix}`);
    const session = connect('http://localhost', { createConnection: () => connectSocket(path) });
    expect(await exportOver(session)).toBe('0');
    session.close();
    await collector.stop();
  }
});

it('reads its certificate again', async () => {
  const fixtures = join(import.meta.dirname, '..', 'fixtures', 'tls');
  const { folder } = await start('      http: {endpoint: "127.0.0.1:0"}');
  const put = (name: string): void => {
    copyFileSync(join(fixtures, `${name}cert.pem`), join(folder, 'cert.pem'));
    copyFileSync(join(fixtures, `${name}key.pem`), join(folder, 'key.pem'));
  };
  put('');
  const collector = await start(`      grpc:
        endpoint: "127.0.0.1:0"
        tls: {cert_file: ${folder}/cert.pem, key_file: ${folder}/key.pem, reload_interval: 100ms}`);
  const fingerprint = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls(
        { port: collector.port('otlp', 'grpc'), host: '127.0.0.1', rejectUnauthorized: false },
        () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        },
      );
      socket.once('error', reject);
    });
  const before = await fingerprint();
  put('other-');
  let now = before;
  for (let turn = 0; turn < 50 && now === before; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = await fingerprint();
  }
  expect(now).not.toBe(before);
});
