import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportResponse, exportResponseJson } from './export-response.ts';
import {
  readExportResponse,
  readExportResponseJson,
  readRpcStatus,
  readRpcStatusJson,
} from './read-response.ts';
import { rpcStatus, rpcStatusJson } from './rpc-status.ts';

describe('what we write is read back', () => {
  it.each([
    { rejected: 300, message: 'why' },
    { rejected: 0, message: 'a warning' },
    { rejected: 5, message: '' },
  ])('%o', (partial) => {
    expect(readExportResponse(exportResponse(partial))).toEqual(partial);
    for (const signal of ['traces', 'logs', 'metrics'] as const) {
      expect(readExportResponseJson(exportResponseJson(signal, partial))).toEqual(partial);
    }
  });

  it.each([
    { code: 8, message: 'slow', retryAfterMs: 1500 },
    { code: 14, message: '', retryAfterMs: 250.5 },
    { code: 3, message: 'bad', retryAfterMs: undefined },
  ])('%o', (status) => {
    expect(readRpcStatus(rpcStatus(status))).toEqual(status);
    expect(readRpcStatusJson(rpcStatusJson(status))).toEqual(status);
  });
});

it('a full success says nothing', () => {
  expect(readExportResponse(exportResponse())).toBeUndefined();
  expect(readExportResponseJson('{}')).toBeUndefined();
  expect(readExportResponseJson('{"partial_success":{"rejected_spans":"2"}}')).toEqual({
    rejected: 2,
    message: '',
  });
});

it('answers come from anywhere: nothing throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.json(), (bytes, text) => {
      readExportResponse(bytes);
      readRpcStatus(bytes);
      readExportResponseJson(text);
      readRpcStatusJson(text);
    }),
  );
  expect(readExportResponseJson('<html>')).toBeUndefined();
  expect(readRpcStatusJson('{"error":"x"}')).toBeUndefined();
});
