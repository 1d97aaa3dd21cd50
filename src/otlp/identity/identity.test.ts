import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../base/hex.ts';
import { xxHash64 } from '../../base/xxhash64.ts';
import { encode } from '../objects/encode.ts';
import type { AnyValue, KeyValue } from '../objects/types.ts';
import { anyAttributes } from '../suite/arbitraries.ts';
import { logStreamId, resourceId, scopeId, seriesId, type SeriesParts } from './identity.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const none = new Uint8Array(0);

/** The Resource message with these attributes. */
function resourceMessage(attributes: readonly KeyValue[], droppedAttributesCount = 0): Uint8Array {
  const request = encode('traces', {
    resourceSpans: [{ resource: { attributes, droppedAttributesCount } }],
  });
  return afterLength(afterLength(request));
}

/** The value of the one length-delimited field that stands in `bytes`. */
function afterLength(bytes: Uint8Array): Uint8Array {
  let at = 1;
  while ((bytes[at++] ?? 0) > 127);
  return bytes.subarray(at);
}

// The form of README.md once more, from objects and as plainly as can be.
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
};
const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const range = (bytes: Uint8Array): Buffer => Buffer.concat([u32(bytes.length), bytes]);

function letterAndBytes(value: AnyValue = {}): readonly [letter: string, bytes: Uint8Array] {
  if (value.stringValue !== undefined) return ['s', utf8(value.stringValue)];
  if (value.intValue !== undefined) return ['i', u64(value.intValue)];
  if (value.doubleValue !== undefined) return ['d', double(value.doubleValue)];
  if (value.boolValue !== undefined) return ['b', Uint8Array.of(value.boolValue ? 1 : 0)];
  if (value.bytesValue !== undefined) return ['y', value.bytesValue];
  if (value.arrayValue !== undefined) {
    return ['a', Buffer.concat(value.arrayValue.values.map(valueForm))];
  }
  if (value.kvlistValue === undefined) return ['n', none];
  return ['m', Buffer.concat(value.kvlistValue.values.map(pairForm))];
}

function valueForm(value: AnyValue | undefined): Buffer {
  const [letter, bytes] = letterAndBytes(value);
  return Buffer.concat([utf8(letter), range(bytes)]);
}

const pairForm = ({ key, value }: KeyValue): Buffer =>
  Buffer.concat([range(utf8(key)), valueForm(value)]);

const attributesForm = (attributes: readonly KeyValue[]): Buffer =>
  Buffer.concat([
    u32(attributes.length),
    ...attributes
      .map((pair, i) => [pair, i] as const)
      .sort(([a, i], [b, j]) => Buffer.compare(utf8(a.key), utf8(b.key)) || i - j)
      .map(([pair]) => pairForm(pair)),
  ]);

describe('canonical form', () => {
  it('of a resource is that of the description, whatever the attributes', () => {
    fc.assert(
      fc.property(anyAttributes, fc.nat(5), fc.string(), (attributes, dropped, url) => {
        const form = Buffer.concat([attributesForm(attributes), u32(dropped), range(utf8(url))]);
        expect(resourceId(resourceMessage(attributes, dropped), utf8(url))).toBe(xxHash64(form));
      }),
    );
  });

  it('of a series is that of the description', () => {
    fc.assert(
      fc.property(anyAttributes, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (attributes, id) => {
        const point = resourceMessage(attributes); // attributes are field 1 there, as in exponential histograms
        const form = Buffer.concat([
          range(utf8('latency')),
          range(utf8('ms')),
          Uint8Array.of(4, 0, 2, 0),
          u64(id),
          u64(7n),
          attributesForm(attributes),
        ]);
        const parts: SeriesParts = {
          name: utf8('latency'),
          unit: utf8('ms'),
          type: 4,
          numberType: 0,
          temporality: 2,
          monotonic: 0,
          resourceId: id,
          scopeId: 7n,
        };
        const padded = Buffer.concat([utf8('xx'), point, utf8('x')]);
        expect(seriesId(parts, padded, 2, 2 + point.length)).toBe(xxHash64(form));
      }),
    );
  });
});

const string = (key: string, stringValue: string): KeyValue => ({ key, value: { stringValue } });

describe('a resource id', () => {
  const base = [string('service.name', 'checkout'), string('host.name', 'a')];
  const id = (attributes: readonly KeyValue[], url = ''): bigint =>
    resourceId(resourceMessage(attributes), utf8(url));

  it('does not depend on the order of attributes', () => {
    expect(id(base.toReversed())).toBe(id(base));
  });

  it.each<[name: string, attributes: readonly KeyValue[], url: string]>([
    ['another value', [string('service.name', 'orders'), string('host.name', 'a')], ''],
    ['a key more', [...base, string('x', '')], ''],
    ['a schema URL', base, 'https://opentelemetry.io/schemas/1.37.0'],
    ['a repeated key in the other order', [...base, string('k', '1'), string('k', '2')], ''],
    [
      'a boundary moved between key and value',
      [string('service.namec', 'heckout'), string('host.name', 'a')],
      '',
    ],
  ])('differs with %s', (_name, attributes, url) => {
    expect(id(attributes, url)).not.toBe(id(base));
  });

  it('tells equal text of different types apart', () => {
    const values: AnyValue[] = [
      { stringValue: '1' },
      { intValue: 1n },
      { doubleValue: 1 },
      { boolValue: true },
      { bytesValue: utf8('1') },
      { arrayValue: { values: [{ intValue: 1n }] } },
      { kvlistValue: { values: [] } },
      { arrayValue: { values: [] } },
      {},
      { stringValue: '' },
      { doubleValue: -0 },
      { doubleValue: 0 },
    ];
    expect(new Set(values.map((value) => id([{ key: 'k', value }]))).size).toBe(values.length);
  });

  it('keeps entity references apart, and leaves unknown fields out', () => {
    const plain = resourceMessage(base);
    const withRef = Buffer.concat([plain, Buffer.from('1a0312016b', 'hex')]);
    const withUnknown = Buffer.concat([plain, Buffer.from('7a0161', 'hex')]);
    expect(resourceId(withRef, none)).not.toBe(resourceId(plain, none));
    expect(resourceId(withUnknown, none)).toBe(resourceId(plain, none));
  });
});

// For other implementations: Resource or InstrumentationScope message, schema URL, id. Not to be changed: ids are stored.
describe('vectors', () => {
  const every = resourceMessage([
    string('s', 'ü'),
    { key: 'i', value: { intValue: -1n } },
    { key: 'd', value: { doubleValue: 0.5 } },
    { key: 'b', value: { boolValue: true } },
    { key: 'y', value: { bytesValue: Uint8Array.of(0, 255) } },
    { key: 'a', value: { arrayValue: { values: [{ intValue: 1n }, {}] } } },
    { key: 'm', value: { kvlistValue: { values: [string('z', '1'), string('a', '2')] } } },
    { key: 'n' },
  ]);

  it.each<[kind: 'resource' | 'scope', message: string, url: string, id: string]>(VECTORS())(
    '%s %s %s',
    (kind, message, url, id) => {
      const bytes = fromHex(message) ?? none;
      const hash = kind === 'resource' ? resourceId(bytes, utf8(url)) : scopeId(bytes, utf8(url));
      expect(hash.toString(16).padStart(16, '0')).toBe(id);
    },
  );

  it('cover every type of value', () => {
    expect(VECTORS().map(([, message]) => message)).toContain(toHex(every));
  });
});

function VECTORS(): Array<[kind: 'resource' | 'scope', message: string, url: string, id: string]> {
  return [
    ['resource', '', '', 'ef6eb604187a17fa'],
    ['scope', '', '', '5c41df61e8f6b241'],
    [
      'resource',
      '0a1a0a0c736572766963652e6e616d65120a0a08636865636b6f7574',
      'u',
      '4ba382f5921719fc',
    ],
    [
      'resource',
      '0a090a017312040a02c3bc0a100a0169120b18ffffffffffffffffff010a0e0a0164120921000000000000e03f0a070a0162120210010a090a017912043a0200ff0a0d0a016112082a060a0218010a000a1b0a016d121632140a080a017a12030a01310a080a016112030a01320a030a016e',
      '',
      'bd318d0c33dbbc4e',
    ],
    ['scope', '0a036c69621203312e32', 'u', 'b8289fa6f913f7aa'],
  ];
}

describe('a log stream id', () => {
  it('is that of its labels, sorted', () => {
    const labels = [
      { name: 'service.name', value: utf8('checkout') },
      { name: 'k8s.pod.name', value: utf8('p') },
    ];
    const form = attributesForm(
      labels.map(({ name, value }) => string(name, Buffer.from(value).toString())),
    );
    expect(logStreamId(labels)).toBe(xxHash64(form));
    expect(logStreamId(labels.toReversed())).toBe(xxHash64(form));
    expect(logStreamId([])).toBe(xxHash64(u32(0)));
  });
});
