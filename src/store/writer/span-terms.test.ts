// Endpoint, peer and outcome as the writer stores them, in both of its forms, are those of the analysis.

import { beforeAll, describe, expect, it } from 'vitest';
import { type EndpointSource, endpointOf } from '../../analysis/terms/endpoint.ts';
import { outcomeOf } from '../../analysis/terms/outcome.ts';
import { peerOf } from '../../analysis/terms/peer.ts';
import { encode } from '../../otlp/objects/encode.ts';
import type { AnyValue } from '../../otlp/objects/types.ts';
import { spans } from '../schema/spans.ts';
import { chunkRequest } from './chunks.ts';
import { GroupCache } from './groups.ts';
import type { ItemBlock } from './items.ts';
import { TableColumns } from './native/columns.ts';
import { ensureWasm } from '../../otlp/suite/ensure-wasm.ts';
import { SpanRows } from './twin/span-rows.ts';
import { ColumnsModule } from './wasm/columns-module.ts';
import { loadColumns } from './wasm/loaded-columns.ts';
import { WasmSpans } from './wasm/wasm-spans.ts';

beforeAll(() => ensureWasm(), 60_000);

const SLOW_MS = 60_000; // on a busy machine

interface Case {
  readonly kind: number;
  readonly hasParent: boolean;
  readonly attributes: ReadonlyArray<readonly [key: string, value: AnyValue]>;
}

function addAll(block: ItemBlock, cases: readonly Case[]): void {
  const list = cases.map(({ kind, hasParent, attributes }) => ({
    name: 'the name',
    kind,
    parentSpanId: hasParent ? '00000000000000ff' : '',
    attributes: attributes.map(([key, value]) => ({ key, value })),
  }));
  const bytes = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: list }] }] });
  const groups = new GroupCache();
  for (const { resource, scope, from, to } of chunkRequest(bytes)) {
    const end = block.add(bytes, from, to, {
      receivedAtMs: 1_790_000_000_000,
      sliceSeconds: 1_789_999_200,
      resource: groups.resource(bytes, resource),
      scope: groups.scope(bytes, scope),
    });
    expect(end).toBe(to);
  }
}

function textsOf(columns: TableColumns, name: string): string[] {
  const { dictionary, indexes } = columns.low(name);
  const entries: string[] = [];
  const buffer = Buffer.from(dictionary.entries.written);
  for (let at = 0; at < buffer.length;) {
    const [low = 0, high = 0] = buffer.subarray(at);
    const length = low < 128 ? low : (low & 127) | (high << 7);
    at += low < 128 ? 1 : 2;
    entries.push(buffer.toString('utf8', at, at + length));
    at += length;
  }
  const numbers = Buffer.from(indexes.written);
  return Array.from(
    { length: numbers.length / 4 },
    (_, i) => entries[numbers.readUInt32LE(i * 4)] ?? '?',
  );
}

const rowsOf = (columns: TableColumns): string[][] => {
  const [endpoints, peers, outcomes] = ['Endpoint', 'Peer', 'Outcome'].map((name) =>
    textsOf(columns, name),
  );
  return (endpoints ?? []).map((endpoint, i) => [endpoint, peers?.[i] ?? '', outcomes?.[i] ?? '']);
};

const FORMS: Readonly<Record<string, (cases: readonly Case[]) => string[][]>> = {
  twin: (cases) => {
    const rows = new SpanRows();
    addAll(rows, cases);
    return rowsOf(rows.columns);
  },
  WebAssembly: (cases) => {
    const module = new ColumnsModule();
    addAll(new WasmSpans(module), cases);
    const columns = new TableColumns(spans);
    loadColumns(columns, 0, module);
    return rowsOf(columns);
  },
};

const text = (value: string): AnyValue => ({ stringValue: value });

/** Every combination of these, so that each precedence is met. */
const ATTRIBUTES = [
  ['http.request.method', text('PUT')],
  ['http.method', text('GET')],
  ['http.route', text('/a/{id}')],
  ['rpc.service', text('S')],
  ['rpc.method', text('M')],
  ['http.response.status_code', { intValue: 503n }],
  ['http.status_code', { intValue: 404n }],
  ['rpc.grpc.status_code', { intValue: 14n }],
  ['db.system.name', text('postgresql')],
  ['db.system', text('mysql')],
  ['peer.service', text('pay')],
  ['server.address', text('api.test')],
  ['messaging.destination.name', text('jobs')],
] as const;

const combinations: readonly Case[] = Array.from({ length: 2 ** ATTRIBUTES.length }, (_, bits) => ({
  kind: bits % 6,
  hasParent: bits % 5 !== 0,
  attributes: ATTRIBUTES.filter((__, i) => (bits >> i) & 1),
}));
const kinds: readonly Case[] = [0, 1, 2, 3, 4, 5, 6].flatMap((kind) =>
  [true, false].flatMap((hasParent) =>
    [
      [],
      ATTRIBUTES,
      ATTRIBUTES.toReversed(),
      [['http.request.method', text('')] as const, ['http.method', text('GET')] as const],
      [['db.system.name', text('')] as const, ['net.peer.name', text('host')] as const],
    ].map((attributes) => ({ kind, hasParent, attributes })),
  ),
);

const textOf = (value: AnyValue): string => value.stringValue ?? String(value.intValue ?? '');
const sourceOf = ({ kind, hasParent, attributes }: Case): EndpointSource => ({
  kind,
  hasParent,
  name: 'the name',
  attributes: Object.fromEntries(attributes.map(([key, value]) => [key, textOf(value)])),
});

describe.each(Object.entries(FORMS))('%s', (_form, rowsOfCases) => {
  it(
    'stores the terms of the analysis',
    () => {
      const cases = [...combinations, ...kinds];
      expect(rowsOfCases(cases)).toEqual(
        cases
          .map(sourceOf)
          .map((source) => [
            endpointOf(source),
            peerOf(source.kind, source.attributes),
            outcomeOf(source),
          ]),
      );
    },
    SLOW_MS,
  );

  it.each<[name: string, attributes: Case['attributes'], row: string[]]>([
    [
      'of a name that stands twice the first that is not empty',
      [
        ['http.status_code', text('')],
        ['http.status_code', text('200')],
        ['http.status_code', text('500')],
      ],
      ['the name', '', '200'],
    ],
    [
      'values that are not text as they are stored',
      [
        ['http.method', { arrayValue: { values: [{ intValue: 1n }] } }],
        ['http.route', { doubleValue: 0.1 }],
      ],
      ['[1] 0.1', '', ''],
    ],
    [
      'long ones whole',
      [
        ['http.method', text('M')],
        ['http.route', text('ä'.repeat(4000))],
      ],
      [`M ${'ä'.repeat(4000)}`, '', ''],
    ],
    [
      'nothing of what is cut off',
      [
        ...Array.from({ length: 1024 }, (_, i) => [`k${i}`, text('v')] as const),
        ['http.status_code', text('200')],
      ],
      ['the name', '', ''],
    ],
  ])('takes %s', (_name, attributes, row) => {
    expect(rowsOfCases([{ kind: 2, hasParent: true, attributes }])).toEqual([row]);
  });
});
