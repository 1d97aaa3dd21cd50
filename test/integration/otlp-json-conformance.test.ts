// The OTLP/JSON examples that OpenTelemetry publishes: read, checked, and written again equal.

import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/base/signal.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { jsonToOtlp } from '../../src/otlp/json/json-to-otlp.ts';
import { otlpToJson } from '../../src/otlp/json/otlp-to-json.ts';
import { conformanceText, hasConformanceData } from '../support/conformance.ts';

/** Ids in lower case, defaults left out: both are ours to choose. */
const normalised = (key: string, value: unknown): unknown => {
  if (/^(traceId|spanId|parentSpanId)$/.test(key)) return String(value).toLowerCase();
  return /^(scale|zeroThreshold)$/.test(key) && value === 0 ? undefined : value;
};

describe.skipIf(!hasConformanceData)('the published examples', () => {
  it.each<[file: string, signal: Signal, items: number]>([
    ['trace.json', 'traces', 1],
    ['logs.json', 'logs', 1],
    ['events.json', 'logs', 1],
    ['metrics.json', 'metrics', 4],
  ])('%s', (file, signal, items) => {
    const text = conformanceText(`otlp-json/${file}`);
    const result = jsonToOtlp(signal, text);
    const bytes = result.ok ? result.value : new Uint8Array(0);
    expect(checkRequest(signal, bytes)).toEqual({ items, rejected: [], bytes });
    expect(JSON.parse(otlpToJson(signal, bytes))).toEqual(JSON.parse(text, normalised));
  });
});
