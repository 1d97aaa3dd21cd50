// Reader and writer of Native against the engine itself.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteString } from '../../sql/literal.ts';
import { openTestStore, type TestStore } from '../../store/suite/test-store.ts';
import { readNative, type NativeBlock } from '../../sql/native-reader.ts';
import { writeNative, type NamedColumn } from './native-writer.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore({ empty: true });
});
afterAll(async () => store.close());

const SELECT = `SELECT toUInt8(number) AS A, toUInt32(number * 1000) AS B, toInt64(number) - 2 AS C, number / 4 AS D,
  toFixedString(toString(number % 10), 3) AS E, toLowCardinality(concat('key ', toString(number % 300))) AS F,
  toDateTime(number, 'UTC') AS G FROM numbers(1000)`;

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<NativeBlock[]> => {
  const blocks: NativeBlock[] = [];
  for await (const block of readNative(chunks)) blocks.push(block);
  return blocks;
};

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

const bytesOf = async (sql: string): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.engine.query(sql, { format: 'Native' }))
    chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
};

describe('readNative', () => {
  it.each([1, 7, 4096, 1 << 20])('reads every type, in pieces of %i bytes', async (size) => {
    const blocks = await collect(pieces(await bytesOf(SELECT), size));
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(1000);
    const columns = Object.fromEntries(blocks[0]?.columns ?? []);
    expect(columns).toMatchObject({
      A: { kind: 'u8' },
      B: { kind: 'u32' },
      C: { kind: 'words' },
      D: { kind: 'f64' },
      E: { kind: 'bytes', width: 3 },
      F: { kind: 'strings' },
      G: { kind: 'u32' },
    });
    const { B, C, D, E, F } = columns;
    expect(B?.kind === 'u32' && B.values[999]).toBe(999_000);
    expect(C?.kind === 'words' && [...C.values.subarray(0, 2)]).toEqual([0xfffffffe, 0xffffffff]);
    expect(D?.kind === 'f64' && D.values[3]).toBe(0.75);
    expect(E?.kind === 'bytes' && [...E.bytes.subarray(27, 30)]).toEqual([57, 0, 0]);
    expect(F?.kind === 'strings' && F.keys[F.indexes[299] ?? 0]).toBe('key 299');
  });

  it('gives no rows for none', async () => {
    const blocks = await collect(pieces(await bytesOf(`${SELECT} LIMIT 0`), 100));
    expect(blocks.reduce((sum, { rows }) => sum + rows, 0)).toBe(0);
  });

  it.each([
    ['cut off', async () => (await bytesOf(SELECT)).subarray(0, -5)],
    ['a type that was not asked for', async () => bytesOf("SELECT 'x'")],
  ])('refuses what is %s', async (_name, bytes) => {
    const read = collect(pieces(await bytes(), 100));
    await expect(read).rejects.toMatchObject({ code: 'RESULT_UNREADABLE' });
  });
});

it('writes what the engine reads', async () => {
  const strings = ['', 'zero', 'один', 'two\u0000'];
  const columns: NamedColumn[] = [
    { name: 'A', column: { type: 'UInt8', values: Uint8Array.of(0, 255, 7) } },
    { name: 'B', column: { type: 'UInt32', values: Uint32Array.of(0, 4294967295, 1) } },
    { name: 'C', column: { type: 'Float64', values: Float64Array.of(0, -1.5, 1e18) } },
    { name: 'D', column: { type: 'FixedString(2)', bytes: Buffer.from('abcdef') } },
    { name: 'E', column: { type: 'String', numbers: Int32Array.of(3, 1, 2), strings } },
    {
      name: 'F',
      column: {
        type: 'Array',
        ends: Float64Array.of(2, 2, 3),
        of: { type: 'String', numbers: Int32Array.of(1, 2, 1), strings },
      },
    },
    {
      name: 'G',
      column: {
        type: 'Array',
        ends: Float64Array.of(0, 0, 0),
        of: { type: 'String', numbers: new Int32Array(0), strings },
      },
    },
  ];
  const path = join(store.directory, 'x.native');
  await writeFile(path, writeNative(3, columns));
  expect(await store.rows(`SELECT * FROM file(${quoteString(path)}, 'Native')`)).toEqual([
    [0, 0, 0, 'ab', 'two\u0000', ['zero', 'один'], []],
    [255, 4294967295, -1.5, 'cd', 'zero', [], []],
    [7, 1, 1e18, 'ef', 'один', ['zero'], []],
  ]);
});

it('writes many rows and keys', async () => {
  const strings = Array.from({ length: 70_000 }, (_, i) => `string ${i}`);
  const numbers = Int32Array.from(strings, (_, i) => i);
  const path = join(store.directory, 'many.native');
  await writeFile(
    path,
    writeNative(numbers.length, [{ name: 'A', column: { type: 'String', numbers, strings } }]),
  );
  expect(
    await store.rows(
      `SELECT count(), uniqExact(A), max(A) FROM file(${quoteString(path)}, 'Native')`,
    ),
  ).toEqual([['70000', '70000', 'string 9999']]);
});
