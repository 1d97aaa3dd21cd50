import { JsonLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../base/signal.ts';
import { officialResponse } from '../suite/official.ts';
import { exportResponse, exportResponseJson } from './export-response.ts';
import { rpcStatus, rpcStatusJson } from './rpc-status.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const partial = { rejected: 300, message: 'trace_id is empty' };

describe('export response', () => {
  it('of a full success is empty', () => {
    expect(exportResponse()).toHaveLength(0);
    expect(exportResponseJson('logs')).toBe('{}');
  });

  it.each(SIGNALS)('is understood by the official decoder of %s', (signal) => {
    const decoded: unknown = JSON.parse(
      JSON.stringify(officialResponse[signal].decode(exportResponse(partial))),
    );
    expect(decoded).toEqual(JSON.parse(exportResponseJson(signal, partial)));
  });

  it('is understood by the Node exporters', () => {
    const fromProtobuf = ProtobufTraceSerializer.deserializeResponse(exportResponse(partial));
    expect(fromProtobuf.partialSuccess).toMatchObject({
      rejectedSpans: 300,
      errorMessage: 'trace_id is empty',
    });
    const json = new TextEncoder().encode(exportResponseJson('logs', partial));
    expect(JsonLogsSerializer.deserializeResponse(json)).toEqual({
      partialSuccess: { rejectedLogRecords: '300', errorMessage: 'trace_id is empty' },
    });
  });
});

// Expected bytes worked out by hand from google/rpc/status.proto, google/rpc/error_details.proto and the encoding guide.
describe('google.rpc.Status', () => {
  it.each([
    [
      'code and message',
      { code: 3, message: 'bad' },
      '0803' + '1203626164',
      '{"code":3,"message":"bad"}',
    ],
    [
      'a delay of 1.5 s',
      { code: 14, message: '', retryAfterMs: 1500 },
      '080e' +
        '1a36' + // details[0], 54 bytes
        ('0a28' + hex(Buffer.from('type.googleapis.com/google.rpc.RetryInfo'))) +
        ('120a' + '0a08' + '0801' + '10' + '80cab5ee01'),
      '{"code":14,"message":"","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.5s"}]}',
    ],
  ])('%s', (_name, status, bytes, json) => {
    expect(hex(rpcStatus(status))).toBe(bytes);
    expect(rpcStatusJson(status)).toBe(json);
  });
});
