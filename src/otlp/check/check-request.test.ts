import { describe, expect, it } from 'vitest';
import { fromHex } from '../../base/hex.ts';
import type { Signal } from '../../base/signal.ts';
import { decode } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import type { AnyValue, Partly, Span } from '../objects/types.ts';
import { concatBytes } from '../ranges/concat.ts';
import { WALK_FORMS } from '../suite/walk-forms.ts';
import { type CheckedRequest, checkRequest as check } from './check-request.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

const ID = { traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' };

const spans = (...list: ReadonlyArray<Partly<Span>>): Uint8Array =>
  encode('traces', {
    resourceSpans: [{ schemaUrl: 'r', scopeSpans: [{ spans: list, schemaUrl: 's' }] }],
  });

/** `levels` values around a string. */
const nested = (levels: number): AnyValue =>
  levels === 1 ? { stringValue: 'x' } : { arrayValue: { values: [nested(levels - 1)] } };

const nestedMaps = (levels: number): AnyValue =>
  levels === 1
    ? { stringValue: 'x' }
    : { kvlistValue: { values: [{ key: 'k', value: nestedMaps(levels - 1) }] } };

const attribute = (value: AnyValue) => ({ attributes: [{ key: 'k', value }] });

const names = (bytes: Uint8Array): string[] =>
  decode('traces', bytes).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope) => scope.spans.map(({ name }) => name)),
  );

describe.each(WALK_FORMS)('in %s', (_form, walk) => {
  const checkRequest = (signal: Signal, bytes: Uint8Array): CheckedRequest =>
    check(signal, bytes, walk);

  describe('items that cannot be stored are cut out, with a reason', () => {
    it.each<[name: string, bad: Partly<Span>, reason: RegExp]>([
      ['no trace id', { spanId: ID.spanId }, /trace_id/],
      ['a trace id of zeros', { ...ID, traceId: '0'.repeat(32) }, /trace_id/],
      ['a trace id of 8 bytes', { ...ID, traceId: ID.spanId }, /trace_id/],
      ['no span id', { traceId: ID.traceId }, /span_id/],
      ['a span id of zeros', { ...ID, spanId: '0'.repeat(16) }, /span_id/],
      ['a span id of 16 bytes', { ...ID, spanId: ID.traceId }, /span_id/],
      ['a value 33 deep', { ...ID, ...attribute(nested(33)) }, /nested deeper than 32/],
      ['an event with one', { ...ID, events: [attribute(nested(33))] }, /nested deeper than 32/],
      ['a value 33 deep in maps', { ...ID, ...attribute(nestedMaps(33)) }, /nested deeper than 32/],
    ])('%s', (_name, bad, reason) => {
      const checked = checkRequest(
        'traces',
        spans({ ...ID, name: 'a' }, { ...bad, name: 'b' }, { ...ID, name: 'c' }),
      );
      expect(checked.rejected).toEqual([
        { count: 1, reason: expect.stringMatching(reason) as string },
      ]);
      expect(checked.items).toBe(2);
      expect(names(checked.bytes)).toEqual(['a', 'c']);
      expect(decode('traces', checked.bytes).resourceSpans[0]).toMatchObject({
        schemaUrl: 'r',
        scopeSpans: [{ schemaUrl: 's' }],
      });
    });

    it.each([
      ['lists', nested],
      ['maps', nestedMaps],
    ])('32 deep in %s is not too deep', (_name, make) => {
      const bytes = spans({ ...ID, ...attribute(make(32)) });
      expect(checkRequest('traces', bytes)).toEqual({ items: 1, rejected: [], bytes });
    });

    it('a whole group when its resource is bad', () => {
      const scopeSpans = [{ spans: [{ ...ID, name: 'bad' }, { name: 'worse' }] }];
      const bytes = encode('traces', {
        resourceSpans: [
          { resource: attribute(nested(40)), scopeSpans },
          { scopeSpans: [{ spans: [{ ...ID, name: 'good' }] }] },
          { resource: attribute(nested(40)) },
        ],
      });
      const checked = checkRequest('traces', bytes);
      expect(new Set(checked.rejected.map(({ count }) => count))).toEqual(new Set([1]));
      expect(checked.rejected).toHaveLength(2);
      expect(names(checked.bytes)).toEqual(['good']);
    });

    it('a group without items when its resource is bad', () => {
      const bytes = encode('logs', {
        resourceLogs: [{ resource: attribute(nested(40)) }, { scopeLogs: [{ logRecords: [{}] }] }],
      });
      expect(checkRequest('logs', bytes)).toMatchObject({ items: 1, rejected: [] });
      expect(decode('logs', checkRequest('logs', bytes).bytes).resourceLogs).toHaveLength(1);
    });
  });

  describe('kept as sent', () => {
    it.each<[name: string, signal: Signal, bytes: Uint8Array, items: number]>([
      ['nothing at all', 'traces', new Uint8Array(0), 0],
      ['a log record without anything', 'logs', hex('0a04 1202 1200'), 1],
      ['a log record with a trace id of 3 bytes', 'logs', hex('0a09 1207 1205 4a03 010203'), 1],
      [
        'unknown fields of every wire type',
        'logs',
        hex('0a11 120f 120d f801 05 fa01 01 61 fd01 00000000'),
        1,
      ],
      ['text that is not UTF-8', 'logs', hex('0a08 1206 1204 1a02 c328'), 1],
      ['a resource behind its items', 'logs', hex('0a06 1202 1200 0a00'), 1],
    ])('%s', (_name, signal, bytes, items) => {
      expect(checkRequest(signal, bytes)).toEqual({ items, rejected: [], bytes });
    });
  });

  describe('refused whole, with the place', () => {
    it.each<[name: string, signal: Signal, bytes: Uint8Array, message: RegExp]>([
      [
        'a body cut off',
        'traces',
        spans({ ...ID, name: 'a' }).slice(0, -1),
        /^resource_spans\[0\] \(byte 0 of \d+\) ends before/,
      ],
      ['a length too long', 'logs', hex('0a05 1203 1201 12'), /log_records\[0\]/],
      [
        'logs sent as traces',
        'traces',
        encode('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: 1n }] }] }] }),
        /spans\[0\]\.trace_id .*wire type/,
      ],
      ['a group', 'traces', hex('0b'), /wire type that OTLP does not use/],
      ['field number 0', 'traces', hex('00'), /not a field number/],
      [
        'a varint of 11 bytes',
        'traces',
        hex('f801 ffffffffffffffffffffff01'),
        /more than ten bytes/,
      ],
      [
        'a name that is a number',
        'metrics',
        hex('0a06 1204 1202 0801'),
        /metrics\[0\]\.name .*wire type/,
      ],
      ['JSON', 'traces', new TextEncoder().encode('{"resourceSpans":[]}'), /\(byte \d+ of 20\)/],
      [
        'bucket counts cut in half',
        'metrics',
        hex('0a0e 120c 120a 4a08 0a06 3204 00000000'),
        /bucket_counts.* multiple of eight/,
      ],
    ])('%s', (_name, signal, bytes, message) => {
      const checked = checkRequest(signal, bytes);
      expect(checked.fault?.message).toMatch(message);
      expect(checked).toMatchObject({ items: 0, rejected: [], bytes: new Uint8Array(0) });
    });
  });

  describe('what stands twice is merged', () => {
    it('a resource, a body and the data of a metric', () => {
      const part = (key: string) =>
        encode('logs', { resourceLogs: [{ resource: { attributes: [{ key }] } }] }).slice(2);
      const resources = concatBytes([part('a'), part('b')]);
      const bytes = concatBytes([Uint8Array.of(10, resources.length), resources]);
      const checked = checkRequest('logs', bytes);
      expect(decode('logs', checked.bytes).resourceLogs[0]?.resource?.attributes).toEqual([
        { key: 'a' },
        { key: 'b' },
      ]);
    });

    it('of two kinds of value the last one counts', () => {
      // AnyValue { string_value: "x", int_value: 5 }
      const checked = checkRequest('logs', hex('0a0b 1209 1207 2a05 0a0178 1805'));
      expect(
        decode('logs', checked.bytes).resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.body,
      ).toEqual({
        intValue: 5n,
      });
      expect(checkRequest('logs', checked.bytes).bytes).toBe(checked.bytes);
    });
  });
});
