import { describe, expect, it } from 'vitest';
import { labelText, parseLabels } from '../../../base/loki/label-text.ts';
import {
  ENTRY,
  LABEL_PAIR,
  PUSH_REQUEST,
  STREAM,
  TIMESTAMP,
} from '../../../base/loki/push-fields.ts';
import { checkRequest } from '../../../otlp/check/check-request.ts';
import { decode } from '../../../otlp/objects/decode.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import { readJson } from './read-json.ts';
import { readProtobuf } from './read-protobuf.ts';
import { RecordWriter } from './record-writer.ts';

const NOW = 5_000_000_000n;

function recordsOf(read: (writer: RecordWriter) => void, useIncomingTime = true) {
  const writer = new RecordWriter({ nowNanos: NOW, useIncomingTime });
  read(writer);
  const { bytes, items } = writer.finish();
  const checked = checkRequest('logs', bytes);
  expect([checked.fault, checked.items, checked.rejected]).toEqual([undefined, items, []]);
  return decode('logs', bytes)
    .resourceLogs.flatMap((group) => group.scopeLogs.flatMap((scope) => scope.logRecords))
    .map((record) => ({
      time: record.timeUnixNano,
      observed: record.observedTimeUnixNano,
      body: valueText(record.body),
      traceId: record.traceId,
      spanId: record.spanId,
      severity: `${record.severityText} ${record.severityNumber}`.trim(),
      attributes: Object.fromEntries(
        record.attributes.map(({ key, value }) => [key, valueText(value)]),
      ),
    }));
}

const json = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));
const push = (values: unknown, stream: unknown = { app: 'shop' }): unknown => ({
  streams: [{ stream, values }],
});

describe('JSON', () => {
  it('has a record for each line', () => {
    const body = {
      streams: [
        {
          stream: { app: 'shop', __path__: 'x' },
          values: [
            ['1700000000000000001', 'a'],
            ['2', 'ü\n'],
          ],
        },
        { stream: {}, values: [['3', 'c']] },
      ],
    };
    const none = { observed: NOW, traceId: '', spanId: '', severity: '0' };
    expect(recordsOf((writer) => readJson(json(body), writer))).toEqual([
      { ...none, time: 1_700_000_000_000_000_001n, body: 'a', attributes: { app: 'shop' } },
      { ...none, time: 2n, body: 'ü\n', attributes: { app: 'shop' } },
      { ...none, time: 3n, body: 'c', attributes: {} },
    ]);
  });

  it('takes the time of arrival where the entry’s is not wanted, or is none', () => {
    const body = json(
      push([
        ['7', 'a'],
        ['0', 'b'],
        ['-5', 'c'],
      ]),
    );
    const times = (use: boolean): bigint[] =>
      recordsOf((writer) => readJson(body, writer), use).map(({ time }) => time);
    expect([times(true), times(false)]).toEqual([
      [7n, NOW, NOW],
      [NOW, NOW, NOW],
    ]);
  });

  it('puts structured metadata where it belongs', () => {
    const metadata = {
      trace_id: '01020304050607080102030405060708',
      span_id: 'no id',
      severity_text: 'warn',
      severity_number: '13',
      app: 'other',
      pod: 'p',
    };
    const [record] = recordsOf((writer) => readJson(json(push([['1', 'a', metadata]])), writer));
    expect(record).toMatchObject({
      traceId: '01020304050607080102030405060708',
      severity: 'warn 13',
      attributes: { app: 'shop', span_id: 'no id', app_extracted: 'other', pod: 'p' },
    });
  });

  it.each<[unknown, string]>([
    [[], 'the request must be an object'],
    [{}, 'the request has no "streams"'],
    [{ streams: {} }, 'streams must be a list'],
    [{ streams: [{ values: [] }] }, 'streams[0] has no "stream"'],
    [push([['1']]), 'streams[0].values[0][1] must be the line as text'],
    [
      push([
        ['1', 'a'],
        [2, 'a'],
      ]),
      'streams[0].values[1][0] must be nanoseconds since 1970 as text',
    ],
    [push([['1.5', 'a']]), 'streams[0].values[0][0] must be nanoseconds'],
    [push([], { a: 1 }), 'streams[0].stream.a must be text'],
    [push([['1', 'a', { b: 1 }]]), 'streams[0].values[0][2].b must be text'],
  ])('%j is refused', (body, said) => {
    expect(() => recordsOf((writer) => readJson(json(body), writer))).toThrow(said);
  });

  it('says what is no JSON', () => {
    expect(() => recordsOf((writer) => readJson(Buffer.from('{"a'), writer))).toThrow('not JSON');
  });
});

function protobuf(
  labels: string,
  line: string,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const out = new ProtobufWriter();
  const stream = out.open(PUSH_REQUEST.streams);
  const entry = out.open(STREAM.entries);
  const time = out.open(ENTRY.timestamp);
  out.int64(TIMESTAMP.seconds, 2n);
  out.uint(TIMESTAMP.nanos, 3);
  out.close(time);
  out.string(ENTRY.line, line);
  for (const [name, value] of Object.entries(metadata)) {
    const pair = out.open(ENTRY.structuredMetadata);
    out.string(LABEL_PAIR.name, name);
    out.string(LABEL_PAIR.value, value);
    out.close(pair);
  }
  out.close(entry);
  out.string(STREAM.labels, labels); // behind the entries, which is allowed
  out.close(stream);
  return out.finish();
}

describe('protobuf', () => {
  it('has labels, time, line and structured metadata', () => {
    const bytes = protobuf('{app="shop", level="warn"}', 'line', { span_id: '0102030405060708' });
    expect(recordsOf((writer) => readProtobuf(bytes, writer))).toEqual([
      {
        time: 2_000_000_003n,
        observed: NOW,
        body: 'line',
        traceId: '',
        spanId: '0102030405060708',
        severity: '0',
        attributes: { app: 'shop', level: 'warn' },
      },
    ]);
  });

  it.each<[string, Uint8Array, string]>([
    ['labels', protobuf('app="shop"', ''), 'streams[0]: "{" is missing at character 1'],
    ['framing', protobuf('{}', 'line').subarray(0, 6), 'the protobuf is damaged (truncated)'],
    ['a wire type', Uint8Array.of(8, 1), 'field 1 is of another wire type'],
    ['JSON instead', Buffer.from('{"streams":[]}'), 'the protobuf is damaged'],
  ])('damaged: %s', (_name, bytes, said) => {
    expect(() => recordsOf((writer) => readProtobuf(bytes, writer))).toThrow(said);
  });

  it('without any entry is nothing', () => {
    expect(recordsOf((writer) => readProtobuf(new Uint8Array(), writer))).toEqual([]);
  });
});

describe('labels as text', () => {
  it.each<[string, ReadonlyArray<readonly [string, string]>]>([
    ['{}', []],
    [
      ' { a = "b" , c=\'d\', } ',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['{a="\\"\\\\\\n\\u00fc\\xc3\\xbc\\303\\274"}', [['a', '"\\\nüüü']]],
    ['{a=`\\n`}', [['a', '\\n']]],
    ['{"a.b"="c"}', [['a.b', 'c']]],
    ['{a=""}', [['a', '']]],
  ])('%s', (text, labels) => {
    expect(parseLabels(text)).toEqual({ ok: true, value: labels });
  });

  it.each([
    ['{a}', '"=" is missing at character 3'],
    ['{a=b}', 'a quoted value is missing at character 4'],
    ['{a="b" c="d"}', '"," or "}" is missing at character 8'],
    ['{a="b"} x', 'something stands behind "}" at character 9'],
    ['{a="b', 'a quoted value is missing at character 4'],
    ['{="b"}', 'the name of a label is missing at character 2'],
    ['', '"{" is missing at character 1'],
  ])('%s is refused', (text, said) => {
    const parsed = parseLabels(text);
    expect(parsed.ok ? '' : parsed.error).toContain(said);
  });

  it('what is written is read again', () => {
    const labels = new Map([
      ['a', 'b\u0001"\\\n\u007fü'],
      ['b', '€ 😀'],
    ]);
    expect(parseLabels(labelText(labels))).toEqual({ ok: true, value: [...labels] });
  });
});
