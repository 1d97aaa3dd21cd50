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

const run = (body: Buffer, format: 'json' | 'protobuf', signal?: Signal): unknown => {
  try {
    return [...importRequests(body, format, signal)].map((one) => [
      one.signal,
      one.checked.items,
      one.checked.rejected.length,
    ]);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
};

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
  ])('%s', (_name, body, format, signal, expected) => {
    expect(run(body, format, signal)).toEqual(expected);
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
  ])('%s: says which request and why', (_name, body, format, message) => {
    expect(run(body, format)).toMatch(message);
  });
});
