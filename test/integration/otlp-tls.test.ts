import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { OTLPTraceExporter as TraceGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encode } from '../../src/otlp/objects/encode.ts';
import { startReceiver } from './otlp-fixture.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/tls');
const ca = readFileSync(join(FIXTURES, 'cert.pem'));
const tls = { cert_file: join(FIXTURES, 'cert.pem'), key_file: join(FIXTURES, 'key.pem') };
const protocols = {
  grpc: { endpoint: '127.0.0.1:0', tls },
  http: { endpoint: '127.0.0.1:0', tls },
};

beforeAll(() => {
  process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'] = tls.cert_file;
});

afterAll(() => {
  delete process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'];
});

const one = { traceId: '07'.repeat(16), spanId: '01'.repeat(8), name: 'over TLS' };
const body = Buffer.from(encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [one] }] }] }));
const headers = { 'content-type': 'application/x-protobuf' };

function postHttps(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: 'localhost', port, path: '/v1/traces', method: 'POST', ca, headers };
    httpsRequest(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(body);
  });
}

it('takes HTTP/1.1, HTTP/2 and gRPC over TLS on both ports', async () => {
  const { receiver, received } = await startReceiver({ config: { protocols } });
  for (const port of [receiver.grpc?.port ?? 0, receiver.http?.port ?? 0]) {
    expect(await postHttps(port)).toBe(200);
    const session = connectHttp2(`https://localhost:${port}`, { ca });
    const stream = session.request({ ...headers, ':method': 'POST', ':path': '/v1/traces' });
    const status = new Promise((resolve) => stream.on('response', (h) => resolve(h[':status'])));
    stream.end(body);
    expect(await status).toBe(200);
    session.close();
    const exporter = new TraceGrpc({ url: `https://localhost:${port}` });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
    provider.getTracer('test').startSpan('grpc over TLS').end();
    await provider.shutdown();
  }
  // The repeated bodies are acknowledged only.
  const records = await received(3);
  expect(records.map((record) => record.items)).toEqual([1, 1, 1]);
  expect(receiver.findings.list()).toEqual([]);
});

it('names plain text on a TLS port', async () => {
  const { receiver, codes } = await startReceiver({ config: { protocols } });
  const socket = connect(receiver.http?.port ?? 0, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n\r\n');
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(codes()).toEqual(['OTLP_PLAIN_TO_TLS']);
  expect(await postHttps(receiver.http?.port ?? 0)).toBe(200);
});

it('says which certificate cannot be read', async () => {
  const missing = {
    grpc: { endpoint: '127.0.0.1:0', tls: { ...tls, cert_file: '/no/such/file' } },
  };
  await expect(startReceiver({ config: { protocols: missing } })).rejects.toMatchObject({
    code: 'NET_TLS_FILE',
    message: expect.stringContaining('/no/such/file'),
  });
});

it.each([
  [{}, 'OTLP_NO_PROTOCOL'],
  [{ grpc: { endpoint: 'localhost' } }, 'OTLP_BAD_ENDPOINT'],
  [{ http: { endpoint: 'http://localhost:4318' } }, 'OTLP_BAD_ENDPOINT'],
])('refuses the configuration %j', async (wrong, code) => {
  await expect(startReceiver({ config: { protocols: wrong } })).rejects.toMatchObject({ code });
});

it('listens on IPv4 and IPv6 for localhost, on one port where both protocols name it', async () => {
  const { receiver: first } = await startReceiver({
    config: { protocols: { grpc: { endpoint: 'localhost:0' } } },
  });
  const port = first.grpc?.port ?? 0;
  expect(first.grpc?.hosts).toContain('127.0.0.1');
  await first.stop(0);
  const endpoint = `localhost:${port}`;
  const { receiver } = await startReceiver({
    config: { protocols: { grpc: { endpoint }, http: { endpoint } } },
  });
  expect(receiver.grpc).toBe(receiver.http);
  const response = await fetch(`http://localhost:${port}/v1/traces`, {
    method: 'POST',
    body,
    headers,
  });
  expect(response.status).toBe(200);
});
