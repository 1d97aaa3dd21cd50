import { describe, expect, it } from 'vitest';
import { type Signal, SIGNALS } from '../../src/base/signal.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { decode } from '../../src/otlp/objects/decode.ts';
import { type MessageSchema, SCHEMA } from '../../src/otlp/schema.ts';
import { ProtobufCursor } from '../../src/otlp/wire/protobuf-cursor.ts';
import { KITCHEN_SINK, kitchenSink } from './kitchen-sink.ts';
import { LogGenerator } from './logs.ts';
import { MetricGenerator } from './metrics.ts';
import { TraceGenerator } from './traces.ts';

const REQUESTS = 20;

const generators: Readonly<Record<Signal, (seed: number) => { next(): Uint8Array }>> = {
  traces: (seed) => new TraceGenerator({ seed }),
  logs: (seed) => new LogGenerator({ seed }),
  metrics: (seed) => new MetricGenerator({ seed }),
};

describe.each(SIGNALS)('generated %s', (signal) => {
  const take = (seed: number): Uint8Array[] => {
    const generator = generators[signal](seed);
    return Array.from({ length: REQUESTS }, () => generator.next());
  };

  it('are the same for the same seed, and others for another', () => {
    expect(take(5)).toEqual(take(5));
    expect(take(5)).not.toEqual(take(6));
  });

  it('are valid', () => {
    for (const bytes of take(1)) {
      const checked = checkRequest(signal, bytes);
      expect(checked.fault).toBeUndefined();
      expect(checked.bytes).toBe(bytes);
    }
  });
});

it('spans are as large as real ones', () => {
  const generator = new TraceGenerator();
  const requests = Array.from({ length: REQUESTS }, () => generator.next());
  const size = requests.reduce((sum, { length }) => sum + length, 0) / (REQUESTS * 512);
  const spans = requests
    .flatMap((bytes) => decode('traces', bytes).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const attributes = spans.reduce((sum, span) => sum + span.attributes.length, 0) / spans.length;
  const events = spans.filter((span) => span.events.length > 0).length / spans.length;
  expect(spans).toHaveLength(REQUESTS * 512);
  expect(size).toBeGreaterThan(560);
  expect(size).toBeLessThan(640);
  expect(attributes).toBeGreaterThan(14.5);
  expect(attributes).toBeLessThan(15.5);
  expect(events).toBeGreaterThan(0.04);
  expect(events).toBeLessThan(0.06);
});

it('records and points are as large as real ones', () => {
  const perItem = (bytes: Uint8Array, items: number): number => bytes.length / items;
  expect(perItem(new LogGenerator().next(), 512)).toBeGreaterThan(330);
  expect(perItem(new LogGenerator().next(), 512)).toBeLessThan(380);
  const metrics = new MetricGenerator();
  expect(perItem(metrics.next(), metrics.pointsPerRequest)).toBeGreaterThan(500);
  expect(perItem(metrics.next(), metrics.pointsPerRequest)).toBeLessThan(640);
});

describe.each(SIGNALS)('the kitchen sink of %s', (signal) => {
  it('is valid and comes back equal', () => {
    const bytes = kitchenSink(signal);
    expect(checkRequest(signal, bytes)).toMatchObject({ rejected: [], bytes });
    expect(decode(signal, bytes)).toEqual(KITCHEN_SINK[signal]);
  });

  it('holds every field that the schema knows', () => {
    const seen = new Set<string>();
    note(SCHEMA[signal].request, new ProtobufCursor(kitchenSink(signal)), seen);
    expect([...seen].sort()).toEqual([...allFields(SCHEMA[signal].request)].sort());
  });
});

function note(schema: MessageSchema, cursor: ProtobufCursor, seen: Set<string>): void {
  while (cursor.next()) {
    const field = schema.byNumber[cursor.field];
    if (field === undefined) throw new Error(`${schema.name} has no field ${cursor.field}`);
    seen.add(`${schema.name}.${field.name}`);
    if (field.message !== undefined) note(field.message, cursor.enter(), seen);
  }
}

function allFields(schema: MessageSchema, found = new Set<string>()): Set<string> {
  for (const field of schema.fields) {
    const name = `${schema.name}.${field.name}`;
    if (found.has(name)) continue;
    found.add(name);
    if (field.message !== undefined) allFields(field.message, found);
  }
  return found;
}
