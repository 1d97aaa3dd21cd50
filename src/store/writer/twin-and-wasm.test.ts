// The WebAssembly form against the twin: the same bytes and the same facts for the same requests.

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { kitchenSink } from '../../../bench/generate/kitchen-sink.ts';
import { type Signal, SIGNALS } from '../../base/signal.ts';
import { checkRequest } from '../../otlp/check/check-request.ts';
import { encode } from '../../otlp/objects/encode.ts';
import { anyRequest } from '../../otlp/suite/arbitraries.ts';
import { chunkRequest } from './chunks.ts';
import { GroupCache } from './groups.ts';
import { createTwinBlocks, createWasmBlocks, type ItemBlocks } from './item-blocks.ts';
import type { BlockFacts, FinishedBlock } from './items.ts';
import { SeriesTable } from './side/series-table.ts';
import { ensureWasm } from '../../otlp/suite/ensure-wasm.ts';

const NOW_MS = 1_790_000_000_000;

let twin: ItemBlocks;
let fast: ItemBlocks;
beforeAll(() => {
  ensureWasm();
  twin = createTwinBlocks(new SeriesTable());
  fast = createWasmBlocks(new SeriesTable());
}, 60_000);

const SLOW_MS = 30_000; // on a busy machine

const groups = new GroupCache();
const NO_RANGES = { innerFrom: 0, innerTo: 0, urlFrom: 0, urlTo: 0 };

function build(
  blocks: ItemBlocks,
  signal: Signal,
  request: Uint8Array,
  isStaged = true,
): FinishedBlock[] {
  const block = blocks[signal];
  const bytes = isStaged ? block.stage(request) : request;
  const finished: FinishedBlock[] = [];
  for (const { resource, scope, from, to } of chunkRequest(bytes)) {
    const context = {
      receivedAtMs: NOW_MS,
      sliceSeconds: 1_789_999_200,
      resource: groups.resource(bytes, { ...resource }),
      scope: groups.scope(bytes, scope),
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

const sorted = ({ keys, values, ...rest }: BlockFacts) => ({
  ...rest,
  keys: keys.toSorted(byText),
  values: values.toSorted(byText),
});

/** Small blocks as they are, so that a difference shows where it is; large ones by their hash. */
const readable = (native: Uint8Array): string =>
  native.length < 65_536
    ? Buffer.from(native).toString('latin1')
    : createHash('sha256').update(native).digest('hex');

/** Blocks as text, in an order of their own. */
const read = (blocks: ItemBlocks, signal: Signal, bytes: Uint8Array, isStaged = true) =>
  build(blocks, signal, bytes, isStaged).map(({ tables, facts }) => ({
    facts: sorted(facts),
    tables: tables
      .map(({ table, rows, native }) => ({
        name: table.name,
        rows,
        native: readable(native),
      }))
      .toSorted(byText),
  }));

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const spansOf = (spans: object[]): Uint8Array =>
  encode('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });

const mutations = fc.array(fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }), {
  minLength: 1,
  maxLength: 3,
});

describe.each(SIGNALS)('the WebAssembly form of %s', (signal) => {
  it('gives the bytes of the twin for every field and type', () => {
    const bytes = kitchenSink(signal);
    expect(read(fast, signal, bytes)).toEqual(read(twin, signal, bytes));
  });

  it(
    'gives the bytes of the twin for any request',
    () => {
      fc.assert(
        fc.property(anyRequest[signal], (request) => {
          const bytes = encode(signal, request);
          const expected = read(twin, signal, bytes);
          expect(read(fast, signal, bytes)).toEqual(expected);
          expect(read(fast, signal, bytes, false)).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    },
    SLOW_MS,
  );

  it(
    'agrees with the twin on what receivers accept of requests with wrong bytes',
    () => {
      fc.assert(
        fc.property(anyRequest[signal], mutations, (request, changes) => {
          const { bytes } = checkRequest(signal, mutated(encode(signal, request), changes));
          expect(read(fast, signal, bytes)).toEqual(read(twin, signal, bytes));
        }),
        { numRuns: 300 },
      );
    },
    SLOW_MS,
  );

  it(
    'ends in rows or a refusal, never in a trap, on bytes that nobody checked',
    () => {
      fc.assert(
        fc.property(anyRequest[signal], mutations, (request, changes) => {
          const bytes = mutated(encode(signal, request), changes);
          expect(['done', 'refused']).toContain(outcome(() => build(fast, signal, bytes)));
          expect(['done', 'refused']).toContain(outcome(() => build(twin, signal, bytes)));
        }),
        { numRuns: 300 },
      );
    },
    SLOW_MS,
  );
});

interface Mutation {
  readonly at: number;
  readonly byte: number;
}

function mutated(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  const copy = bytes.slice();
  for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
  return copy;
}

/** Only the refusals that are meant are outcomes; a trap or a bug fails the test. */
function outcome(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    for (const signal of SIGNALS) {
      fast[signal].finish();
      twin[signal].finish();
    }
    return /not valid OTLP|leaves its message/.test(String(error)) ? 'refused' : String(error);
  }
}

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
    2 ** 53,
    2 ** 53 + 2,
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
    const bytes = spansOf([
      {
        attributes: [
          { key: 'a', value: { doubleValue: value } },
          { key: 'b', value: { arrayValue: { values: [{ doubleValue: value }] } } },
        ],
      },
    ]);
    expect(read(fast, 'traces', bytes)).toEqual(read(twin, 'traces', bytes));
  });

  /** As one array, so that a million take seconds. */
  const writeAlike = (list: readonly number[]): boolean => {
    const values = list.map((value) => ({ doubleValue: value }));
    const bytes = spansOf([{ attributes: [{ key: 'd', value: { arrayValue: { values } } }] }]);
    return isDeepStrictEqual(read(fast, 'traces', bytes), read(twin, 'traces', bytes));
  };

  it('writes powers of two and ten and their neighbours as the twin does', () => {
    const view = new DataView(new ArrayBuffer(8));
    const neighbours = (value: number): number[] => {
      view.setFloat64(0, value);
      const bits = view.getBigUint64(0);
      return [-2n, -1n, 0n, 1n, 2n].map((step) => {
        view.setBigUint64(0, BigInt.asUintN(63, bits + step));
        return view.getFloat64(0);
      });
    };
    const powers = [
      ...Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074)),
      ...Array.from({ length: 632 }, (_, i) => Number(`1e${i - 323}`)),
      ...Array.from({ length: 632 }, (_, i) => Number(`5e${i - 323}`)),
    ];
    const all = powers.flatMap(neighbours);
    const pieces = Array.from({ length: all.length / 1000 + 1 }, (_, i) =>
      all.slice(i * 1000, (i + 1) * 1000),
    );
    expect(pieces.filter((piece) => !writeAlike(piece))).toEqual([]);
  });

  it(
    'writes any double as the twin does',
    () => {
      const bits = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((pattern) => {
        const view = new DataView(new ArrayBuffer(8));
        view.setBigUint64(0, pattern);
        return view.getFloat64(0);
      });
      const doubles = fc.oneof(
        fc.double(),
        bits,
        fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }).map(Number),
        fc.integer().map((n) => n / 1000),
        fc.tuple(fc.integer(), fc.integer({ min: 0, max: 12 })).map(([n, e]) => n / 10 ** e),
      );
      fc.assert(
        fc.property(fc.array(doubles, { minLength: 100, maxLength: 1000 }), (list) => {
          expect(writeAlike(list)).toBe(true);
        }),
        { numRuns: 100 },
      );
    },
    SLOW_MS,
  );

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
  ])('reads the weight of %s as the twin does', (traceState) => {
    const bytes = spansOf([{ traceState }]);
    expect(read(fast, 'traces', bytes)).toEqual(read(twin, 'traces', bytes));
  });

  it(
    'cuts attributes, samples values, finds peers and ends full blocks as the twin does',
    () => {
      const many = Array.from({ length: 1030 }, (_, i) => text(`k${i}`, 'v'));
      const spans = Array.from({ length: 40_000 }, (_, i) => ({
        name: `n${i % 7}`,
        kind: 3,
        attributes: [text('peer.service', `p${i % 3}`), text('id', `${i}`)],
      }));
      const bytes = spansOf([{ attributes: many }, ...spans]);
      const blocks = read(fast, 'traces', bytes);
      expect(blocks).toEqual(read(twin, 'traces', bytes));
      expect(blocks.map(({ tables }) => tables.find(({ name }) => name === 'spans')?.rows)).toEqual(
        [32_768, 7233],
      );
    },
    SLOW_MS,
  );

  it('takes a request that is larger than its memory piece by piece', () => {
    const value = text('v', 'x'.repeat(1000));
    const bytes = spansOf(
      Array.from({ length: 5000 }, (_, i) => ({ name: `n${i}`, attributes: [value] })),
    );
    expect(fast.traces.stage(bytes)).toBe(bytes);
    expect(read(fast, 'traces', bytes)).toEqual(read(twin, 'traces', bytes));
  });

  it('refuses a request whose place in its memory was taken', () => {
    const first = fast.traces.stage(spansOf([{ name: 'a' }]));
    fast.traces.stage(spansOf([{ name: 'b' }]));
    const [chunk] = chunkRequest(first);
    const context = {
      receivedAtMs: 0,
      sliceSeconds: 0,
      resource: groups.resource(first, chunk?.resource ?? NO_RANGES),
      scope: groups.scope(first, chunk?.scope ?? NO_RANGES),
    };
    expect(() => fast.traces.add(first, chunk?.from ?? 0, chunk?.to ?? 0, context)).toThrow(
      'no longer',
    );
  });

  it('leaves large items to the twin and keeps every row', () => {
    const long = text('long', 'x'.repeat(100_000));
    const bytes = spansOf([{ name: 'a' }, { attributes: [long] }, { name: 'b' }]);
    const spans = build(fast, 'traces', bytes).flatMap(({ tables }) =>
      tables.filter(({ table }) => table.name === 'spans').map(({ rows }) => rows),
    );
    expect(spans).toEqual([2, 1]);
  });

  it(
    'keeps more than 65,536 distinct names apart',
    () => {
      const bytes = spansOf(Array.from({ length: 70_000 }, (_, i) => ({ name: `name ${i}` })));
      expect(read(fast, 'traces', bytes)).toEqual(read(twin, 'traces', bytes));
    },
    SLOW_MS,
  );
});
