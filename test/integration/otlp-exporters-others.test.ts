// The official exporters of Python, and telemetrygen, whose exporters are those of Go.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../src/otlp/objects/decode.ts';
import { hasGo, hasPython, pythonWithExporters, telemetrygen } from '../support/external-tools.ts';
import { startReceiver } from './otlp-fixture.ts';

const run = promisify(execFile);
const INSTALL_TIMEOUT_MS = 5 * 60_000;

describe.runIf(hasPython)('Python', () => {
  let python = '';
  beforeAll(async () => {
    python = await pythonWithExporters();
  }, INSTALL_TIMEOUT_MS);

  it.each([
    ['grpc', 'none'],
    ['grpc', 'gzip'],
    ['http', 'none'],
    ['http', 'gzip'],
  ])('%s, compression %s', async (protocol, compression) => {
    const started = await startReceiver();
    const endpoint = protocol === 'grpc' ? `http://${started.grpc}` : started.url;
    const script = join(import.meta.dirname, 'send-otlp.py');
    const { stderr } = await run(python, [script, protocol, endpoint, compression]);
    expect(stderr.split('\n').filter((line) => /error|fail/i.test(line))).toEqual([]);
    const transport = protocol === 'grpc' ? 'grpc' : 'http/protobuf';
    expect(started.receiver.counters.snapshot()).toMatchObject([
      { transport, signal: 'traces', accepted: 30, refused: 0 },
      { transport, signal: 'logs', accepted: 2, refused: 0 },
      { transport, signal: 'metrics', accepted: expect.any(Number), refused: 0 },
    ]);
    const [traces] = await started.received(1);
    const { resourceSpans } = decode('traces', traces?.bytes ?? new Uint8Array());
    const spans = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(spans.map((span) => span.name)).toEqual(
      Array.from({ length: 30 }, (_, n) => `span ${n}`),
    );
    expect(started.codes()).toEqual([]);
  });
});

describe.runIf(hasGo)('telemetrygen', () => {
  let binary = '';
  beforeAll(async () => {
    binary = await telemetrygen();
  }, INSTALL_TIMEOUT_MS);

  it.each<[signal: string, items: number, flags: readonly string[]]>([
    ['traces', 40, ['--traces', '20']],
    ['logs', 20, ['--logs', '20']],
    ['metrics', 20, ['--metrics', '20']],
  ])('%s, over gRPC and HTTP', async (signal, items, flags) => {
    const started = await startReceiver();
    const plain = ['--otlp-insecure', '--rate', '0', '--workers', '1', ...flags];
    await run(binary, [signal, ...plain, '--otlp-endpoint', started.grpc]);
    const host = new URL(started.url).host;
    await run(binary, [signal, ...plain, '--otlp-http', '--otlp-endpoint', host]);
    expect(started.receiver.counters.snapshot()).toMatchObject([
      { transport: 'grpc', signal, accepted: items, refused: 0 },
      { transport: 'http/protobuf', signal, accepted: items, refused: 0 },
    ]);
  });
});
