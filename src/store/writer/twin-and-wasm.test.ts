// The WebAssembly form against the twin: the same bytes and the same facts for the same requests.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../base/signal.ts';
import { SIGNALS } from '../../base/signal.ts';
import { encode } from '../../otlp/objects/encode.ts';
import { anyRequest } from '../../otlp/suite/arbitraries.ts';
import { chunkRequest } from './chunks.ts';
import { GroupCache } from './groups.ts';
import { createTwinBlocks, createWasmBlocks, type ItemBlocks } from './item-blocks.ts';
import type { BlockFacts, FinishedBlock } from './items.ts';
import { SeriesTable } from './side/series-table.ts';

const NOW_MS = 1_790_000_000_000;

const wasm = new URL('../../../dist/store/writer/columns.wasm', import.meta.url);
const assembly = new URL('./assembly/', import.meta.url);

/** Builds columns.wasm when it is missing or older than its source. */
function ensureBuilt(): void {
  const builtAt = existsSync(wasm) ? statSync(wasm).mtimeMs : 0;
  const changedAt = Math.max(
    ...readdirSync(assembly).map((name) => statSync(new URL(name, assembly)).mtimeMs),
  );
  if (builtAt > changedAt) return;
  const script = new URL('../../../tools/scripts/build-wasm.mjs', import.meta.url);
  execFileSync(process.execPath, [script.pathname]);
}

let twin: ItemBlocks;
let fast: ItemBlocks;
const groups = new GroupCache();
beforeAll(() => {
  ensureBuilt();
  twin = createTwinBlocks(new SeriesTable());
  fast = createWasmBlocks(new SeriesTable());
}, 60_000);

function build(blocks: ItemBlocks, signal: Signal, bytes: Uint8Array): FinishedBlock[] {
  const { groups: found, chunks } = chunkRequest(bytes);
  const block = blocks[signal];
  const finished: FinishedBlock[] = [];
  for (const { scope, from, to } of chunks) {
    const parent = found.scopes.parent[scope] ?? 0;
    const range = (table: typeof found.scopes, group: number) =>
      bytes.subarray(
        Math.max(0, table.innerStart[group] ?? 0),
        Math.max(0, table.innerEnd[group] ?? 0),
      );
    const context = {
      receivedAtMs: NOW_MS,
      sliceSeconds: 1_789_999_200,
      resource: groups.resource(range(found.resources, parent), new Uint8Array(0)),
      scope: groups.scope(range(found.scopes, scope), new Uint8Array(0)),
    };
    for (let at = from; at < to;) {
      at = block.add(bytes, at, to, context);
      if (at < to) finished.push(copied(block.finish()));
    }
  }
  finished.push(copied(block.finish()));
  return finished;
}

const copied = ({ tables, facts }: FinishedBlock): FinishedBlock => ({
  facts,
  tables: tables.map((block) => ({ ...block, native: block.native.slice() })),
});

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const sortedFacts = ({ keys, values, ...rest }: BlockFacts) => ({
  ...rest,
  keys: keys.toSorted(byText),
  values: values.toSorted(byText),
});

/** Tables by name, as hex so that a difference shows where it is. */
const readable = (blocks: readonly FinishedBlock[]) =>
  blocks.map(({ tables, facts }) => ({
    facts: sortedFacts(facts),
    tables: tables
      .map(({ table, rows, native }) => ({
        name: table.name,
        rows,
        native: Buffer.from(native).toString('latin1'),
      }))
      .toSorted(byText),
  }));

function same(signal: Signal, bytes: Uint8Array): void {
  expect(readable(build(fast, signal, bytes))).toEqual(readable(build(twin, signal, bytes)));
}

describe.each(SIGNALS)('the WebAssembly form of %s', (signal) => {
  it('gives the bytes of the twin for any request', () => {
    const arbitrary: fc.Arbitrary<Parameters<typeof encode>[1]> = anyRequest[signal];
    fc.assert(
      fc.property(arbitrary, (request) => same(signal, encode(signal, request))),
      { numRuns: 300 },
    );
  });
});

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const spansOf = (spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('the WebAssembly form', () => {
  it.each([
    0,
    -0,
    1,
    -1.5,
    0.1,
    1 / 3,
    123456.789,
    1e15,
    9007199254740993,
    1e21,
    1e-6,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    NaN,
    Infinity,
    -Infinity,
    0.30000000000000004,
    4.35,
    2.675,
    1e14 + 0.5,
  ])('writes the double %d as the twin does', (value) => {
    const values = [{ doubleValue: value }, { arrayValue: { values: [{ doubleValue: value }] } }];
    const attributes = values.map((each, i) => ({ key: `k${i}`, value: each }));
    same('traces', encode('traces', spansOf([{ attributes }])));
  });

  it('writes any double as the twin does', () => {
    const doubles = fc.oneof(
      fc.double(),
      fc.integer().map((n) => n / 1000),
      fc.tuple(fc.integer(), fc.integer({ min: 0, max: 12 })).map(([n, e]) => n / 10 ** e),
    );
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 50 }), (list) => {
        const attributes = list.map((value) => ({ key: 'd', value: { doubleValue: value } }));
        same('traces', encode('traces', spansOf([{ attributes }])));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'ot=th:c',
    'a=b, ot=rv:1;th:8 ',
    'ot=th:0',
    'ot=th:ffffffffffffff',
    'ot=th:',
    'ot=th:g',
    'ot=rv:1',
    'x=ot=th:8',
    'ot=th:123456789abcdef',
    'ot=th:8,ot=th:c',
  ])('reads the weight of %s as the twin does', (traceState) =>
    same('traces', encode('traces', spansOf([{ traceState }]))),
  );

  it('cuts attributes, samples values, ends full blocks and leaves large items as the twin does', () => {
    const many = Array.from({ length: 1030 }, (_, i) => text(`k${i}`, 'v'));
    const spans = Array.from({ length: 40_000 }, (_, i) => ({
      name: `n${i % 7}`,
      kind: 3,
      attributes: [text('peer.service', `p${i % 3}`), text('id', `${i}`)],
    }));
    const request = spansOf([{ attributes: many }, ...spans]);
    same('traces', encode('traces', request));
  });

  it('keeps more than 65,536 distinct names apart', () => {
    const spans = Array.from({ length: 70_000 }, (_, i) => ({ name: `name ${i}` }));
    const bytes = encode('traces', spansOf(spans));
    const rows = build(fast, 'traces', bytes).flatMap(({ tables }) => tables);
    const total = rows.filter(({ table }) => table.name === 'spans');
    expect(total.reduce((sum, block) => sum + block.rows, 0)).toBe(70_000);
  });

  it('ends in counted damage, never in a trap, for mutated requests', () => {
    const mutation = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(anyRequest.traces, fc.array(mutation, { minLength: 1 }), (request, mutations) => {
        const bytes = encode('traces', request);
        if (bytes.length === 0) return;
        for (const { at, byte } of mutations) bytes[at % bytes.length] = byte;
        try {
          build(fast, 'traces', bytes);
        } catch (error) {
          expect(String(error)).toMatch(/not valid OTLP|leaves its message/);
          fast.traces.finish();
        }
      }),
      { numRuns: 500 },
    );
  });
});
