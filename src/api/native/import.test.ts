import { describe, expect, it } from 'vitest';
import { jsonToOtlp } from '../../otlp/json/json-to-otlp.ts';
import type { Signal } from '../../base/signal.ts';
import { importRequests } from './import-requests.ts';

const SPAN =
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"a"}]}]}]}';
const LOG =
  '{"resource_logs":[{"scope_logs":[{"log_records":[{"time_unix_nano":"5","body":{"stringValue":"resourceSpans"}}]}]}]}';
const METRIC =
  '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"timeUnixNano":"5","asDouble":1}]}}]}]}]}';
const NO_ID = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}';

const bytesOf = (signal: Signal, json: string): Buffer => {
  const transcoded = jsonToOtlp(signal, json);
  if (!transcoded.ok) throw new Error(transcoded.error.message);
  return Buffer.from(transcoded.value);
};
const framed = (...requests: readonly Buffer[]): Buffer =>
  Buffer.concat(
    requests.flatMap((request) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(request.length);
      return [length, request];
    }),
  );

/** As a network would bring it: in pieces of this size. */
async function* inPieces(body: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < body.length; from += size) yield body.subarray(from, from + size);
}

async function run(
  body: Buffer,
  format: 'json' | 'protobuf',
  signal: Signal | undefined,
  size: number,
): Promise<unknown> {
  const found: unknown[] = [];
  try {
    for await (const one of importRequests(inPieces(body, size), format, signal))
      found.push([one.signal, one.checked.items, one.checked.rejected.length]);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
  return found;
}

/** One byte at a time, across the borders of lines and lengths, and all at once. */
const SIZES = [1, 7, 64, 1 << 20] as const;

describe('importRequests', () => {
  it.each<
    [
      name: string,
      body: Buffer,
      format: 'json' | 'protobuf',
      signal: Signal | undefined,
      expected: unknown,
    ]
  >([
    [
      'lines of each signal',
      Buffer.from(`${SPAN}\n\n${LOG}\r\n${METRIC}`),
      'json',
      undefined,
      [
        ['traces', 1, 0],
        ['logs', 1, 0],
        ['metrics', 1, 0],
      ],
    ],
    [
      'frames of each signal',
      framed(bytesOf('traces', SPAN), bytesOf('logs', LOG), bytesOf('metrics', METRIC)),
      'protobuf',
      undefined,
      [
        ['traces', 1, 0],
        ['logs', 1, 0],
        ['metrics', 1, 0],
      ],
    ],
    [
      'a signal that is said',
      framed(bytesOf('traces', NO_ID)),
      'protobuf',
      'traces',
      [['traces', 0, 1]],
    ],
    ['nothing', Buffer.alloc(0), 'json', undefined, []],
  ])('%s', async (_name, body, format, signal, expected) => {
    for (const size of SIZES) expect(await run(body, format, signal, size)).toEqual(expected);
  });

  it.each<[name: string, body: Buffer, format: 'json' | 'protobuf', message: RegExp]>([
    [
      'a line of something else',
      Buffer.from(`${SPAN}\n{"a":1}`),
      'json',
      /^Request 2 .* none of resourceSpans/,
    ],
    ['a line cut off', Buffer.from(SPAN.slice(0, 60)), 'json', /^Request 1 .* cannot be read/],
    [
      'a frame cut off',
      framed(bytesOf('traces', SPAN)).subarray(0, 20),
      'protobuf',
      /^Request 1 .* cut off/,
    ],
    [
      'bytes that are no OTLP',
      framed(Buffer.from('hello')),
      'protobuf',
      /^Request 1 .* no OTLP request/,
    ],
    [
      'bytes where a length should be',
      Buffer.from('{"resourceSpans":[]}'),
      'protobuf',
      /^Request 1 .* length is missing/,
    ],
    [
      'a second frame cut off in its length',
      Buffer.concat([framed(bytesOf('traces', SPAN)), Buffer.from([0, 0])]),
      'protobuf',
      /^Request 2 .* cut off/,
    ],
  ])('%s: says which request and why', async (_name, body, format, message) => {
    for (const size of SIZES) expect(await run(body, format, undefined, size)).toMatch(message);
  });

  it('refuses a line that does not end, without keeping more of it', async () => {
    let sent = 0;
    const endless = async function* (): AsyncGenerator<Buffer> {
      const piece = Buffer.alloc(8 << 20, 0x61);
      for (;;) {
        sent += piece.length;
        yield piece;
      }
    };
    const requests = importRequests(endless(), 'json', undefined);
    await expect(requests.next()).rejects.toThrow(/^Request 1 .* more than 67108864 B/);
    expect(sent).toBeLessThanOrEqual(80 << 20);
  });

  it('reads no further than the request that is asked for', async () => {
    let taken = 0;
    const lines = async function* (): AsyncGenerator<Buffer> {
      for (;;) {
        taken += 1;
        yield Buffer.from(`${SPAN}\n`);
      }
    };
    const requests = importRequests(lines(), 'json', undefined);
    await requests.next();
    await requests.next();
    expect(taken).toBe(2);
    await requests.return(undefined);
  });
});
