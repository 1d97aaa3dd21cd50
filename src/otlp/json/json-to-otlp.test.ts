import { describe, expect, it } from 'vitest';
import { decode } from '../objects/decode.ts';
import type { AnyValue, Span } from '../objects/types.ts';
import { jsonToOtlp } from './json-to-otlp.ts';

/** The request with one span whose members are this JSON text. */
const withSpan = (members: string): string =>
  `{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`;

const spanOf = (members: string): Partial<Span> => {
  const result = jsonToOtlp('traces', withSpan(members));
  if (!result.ok) throw new Error(`${result.error.path}: ${result.error.message}`);
  return decode('traces', result.value).resourceSpans[0]?.scopeSpans[0]?.spans[0] ?? {};
};

const valueOf = (text: string): AnyValue | undefined =>
  spanOf(`"attributes":[{"key":"k","value":${text}}]`).attributes?.[0]?.value;

describe('a span', () => {
  it.each<[members: string, expected: Partial<Span>]>([
    [
      '"traceId":"5B8EFFF798038103D269B633813FC60C"',
      { traceId: '5b8efff798038103d269b633813fc60c' },
    ],
    [
      '"trace_id":"5b8efff798038103d269b633813fc60c"',
      { traceId: '5b8efff798038103d269b633813fc60c' },
    ],
    ['"parentSpanId":""', { parentSpanId: '' }],
    ['"startTimeUnixNano":"1544712660300000001"', { startTimeUnixNano: 1544712660300000001n }],
    ['"startTimeUnixNano":1544712660300000001', { startTimeUnixNano: 1544712660300000001n }],
    ['"start_time_unix_nano":18446744073709551615', { startTimeUnixNano: 2n ** 64n - 1n }],
    ['"startTimeUnixNano":1.5e3', { startTimeUnixNano: 1500n }],
    ['"kind":2', { kind: 2 }],
    ['"kind":"2"', { kind: 2 }],
    ['"kind":"SPAN_KIND_SERVER"', { kind: 2 }],
    ['"kind":99', { kind: 99 }],
    ['"status":{"code":"STATUS_CODE_ERROR"}', { status: { message: '', code: 2 } }],
    ['"status":null,"name":null,"attributes":null', { name: '', attributes: [] }],
    ['"flags":4294967295', { flags: 2 ** 32 - 1 }],
    ['"droppedAttributesCount":"7"', { droppedAttributesCount: 7 }],
    ['"name":"a\\u0062\\n\\"\\\\\\ud83d\\ude00é"', { name: 'ab\n"\\😀é' }],
    ['"name":"\\ud800"', { name: '\ufffd' }],
    ['"name":"a","name":"b"', { name: 'b' }],
    ['"unknown":{"a":[1,-2.5e-3,true,false,null,"x",{}]},"name":"b"', { name: 'b' }],
    [' "name" : "spaced" ,\n\t"kind" : 1 ', { name: 'spaced', kind: 1 }],
  ])('%s', (members, expected) => {
    expect(spanOf(members)).toMatchObject(expected);
  });
});

describe('a value', () => {
  it.each<[text: string, expected: AnyValue]>([
    ['{"intValue":"-9223372036854775808"}', { intValue: -(2n ** 63n) }],
    ['{"intValue":9007199254740993}', { intValue: 9007199254740993n }],
    ['{"int_value":0}', { intValue: 0n }],
    ['{"doubleValue":1}', { doubleValue: 1 }],
    ['{"doubleValue":"1.5"}', { doubleValue: 1.5 }],
    ['{"doubleValue":"NaN"}', { doubleValue: NaN }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: -Infinity }],
    ['{"doubleValue":-0}', { doubleValue: -0 }],
    ['{"boolValue":false}', { boolValue: false }],
    ['{"stringValue":""}', { stringValue: '' }],
    ['{"bytesValue":"AAH/"}', { bytesValue: Uint8Array.of(0, 1, 255) }],
    ['{"bytesValue":"AAH_"}', { bytesValue: Uint8Array.of(0, 1, 255) }],
    ['{"bytesValue":"AA"}', { bytesValue: Uint8Array.of(0) }],
    ['{}', {}],
    ['{"arrayValue":{}}', { arrayValue: { values: [] } }],
    [
      '{"arrayValue":{"values":[{"intValue":1},null,{}]}}',
      { arrayValue: { values: [{ intValue: 1n }, {}, {}] } },
    ],
    ['{"kvlistValue":{"values":[{"key":"a"}]}}', { kvlistValue: { values: [{ key: 'a' }] } }],
  ])('%s', (text, expected) => {
    expect(valueOf(text)).toEqual(expected);
  });

  it('of null is none', () => {
    expect(valueOf('null')).toBeUndefined();
  });
});

describe('refused with its place', () => {
  it.each<[members: string, path: string, message: RegExp]>([
    ['"traceId":"xyz"', 'traceId', /"xyz" is not hex at byte 54$/],
    ['"traceId":"W47/95gDgQPSabYzgT/GDA=="', 'traceId', /base64\? ids in OTLP\/JSON are hex/],
    ['"traceId":5', 'traceId', /hex digits is expected/],
    ['"kind":"SERVER"', 'kind', /"SERVER" is not a value of kind/],
    ['"kind":1.5', 'kind', /not an integer/],
    ['"flags":4294967296', 'flags', /not within 0 and 4294967295/],
    ['"startTimeUnixNano":-1', 'startTimeUnixNano', /not within/],
    ['"startTimeUnixNano":18446744073709551616', 'startTimeUnixNano', /not within/],
    ['"startTimeUnixNano":"2024-01-01"', 'startTimeUnixNano', /not an integer/],
    ['"startTimeUnixNano":1.6e18', 'startTimeUnixNano', /not an integer/],
    ['"name":5', 'name', /a string is expected/],
    ['"name":"\\x"', 'name', /escape/],
    ['"attributes":{}', 'attributes', /a list is expected/],
    ['"attributes":[5]', 'attributes[0]', /an object \(KeyValue\) is expected/],
    [
      '"attributes":[{"key":"a"},{"value":{"boolValue":1}}]',
      'attributes[1].value.boolValue',
      /true or false/,
    ],
    ['"attributes":[{"value":{"bytesValue":"?"}}]', 'attributes[0].value.bytesValue', /no base64/],
    [
      '"attributes":[{"value":{"doubleValue":"x"}}]',
      'attributes[0].value.doubleValue',
      /not a number/,
    ],
    ['"kind":01', '', /, or } is expected/],
    ['"kind":1,', '', /a string is expected/],
  ])('%s', (members, path, message) => {
    const result = jsonToOtlp('traces', withSpan(members));
    const at = path === '' ? '' : `.${path}`;
    expect(result).toEqual({
      ok: false,
      error: {
        path: `resourceSpans[0].scopeSpans[0].spans[0]${at}`,
        message: expect.stringMatching(message) as string,
      },
    });
  });

  it.each<[name: string, body: string | Uint8Array, message: RegExp]>([
    ['nothing', '', /an object \(ExportTraceServiceRequest\) is expected/],
    ['a list', '[]', /an object/],
    ['more after the end', '{}{}', /text after the end/],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), /not UTF-8/],
    ['protobuf', Uint8Array.of(10, 0), /an object/],
  ])('%s', (_name, body, message) => {
    const result = jsonToOtlp('traces', body);
    expect(result.ok ? '' : result.error.message).toMatch(message);
  });

  it('and a byte order mark is not', () => {
    expect(jsonToOtlp('traces', '\ufeff{}').ok).toBe(true);
  });
});
