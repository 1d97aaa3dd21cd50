import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  array,
  f64,
  flag,
  i32,
  i64,
  i64Number,
  nullable,
  type RowSpec,
  spanId,
  text,
  textMap,
  u16,
  u64,
  u64Text,
  u8,
} from './codecs.ts';
import { readRows } from './read-rows.ts';

const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

async function* inPieces(input: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < input.length; at += size) yield input.subarray(at, at + size);
}

const rowsOf = async (input: Uint8Array, spec: RowSpec, size = 3): Promise<unknown[]> => {
  const rows: unknown[] = [];
  for await (const batch of readRows(inPieces(input, size), spec)) rows.push(...batch);
  return rows;
};

describe('readRows', () => {
  it.each<[name: string, spec: RowSpec, hex: string, expected: unknown]>([
    ['UInt8', { v: u8 }, 'ff', { v: 255 }],
    ['a flag', { v: flag }, '01', { v: true }],
    ['UInt16', { v: u16 }, '3930', { v: 12345 }],
    ['Int32', { v: i32 }, 'feffffff', { v: -2 }],
    ['UInt64, exact beyond 2^53', { v: u64 }, '01 00 00 00 00 00 20 00', { v: 9007199254740993n }],
    ['UInt64 as text', { v: u64Text }, 'ff ff ff ff ff ff ff ff', { v: '18446744073709551615' }],
    ['Int64', { v: i64 }, 'ff ff ff ff ff ff ff ff', { v: -1n }],
    ['Int64 as a number', { v: i64Number }, 'fe ff ff ff ff ff ff ff', { v: -2 }],
    ['Float64', { v: f64 }, '00 00 00 00 00 00 f8 3f', { v: 1.5 }],
    ['text', { v: text }, '05 68 c3 a9 6c 6f', { v: 'hélo' }],
    ['empty text', { v: text }, '00', { v: '' }],
    ['an id', { v: spanId }, '00 01 02 03 04 05 06 ff', { v: '00010203040506ff' }],
    ['an array', { v: array(u8) }, '02 07 08', { v: [7, 8] }],
    ['null', { v: nullable(u8) }, '01', { v: null }],
    ['not null', { v: nullable(u8) }, '00 09', { v: 9 }],
    [
      'a map with a repeated key',
      { v: textMap },
      '02 01 61 01 31 01 61 01 32',
      {
        v: [
          ['a', '1'],
          ['a', '2'],
        ],
      },
    ],
    ['two columns', { a: u8, b: text }, '01 01 78', { a: 1, b: 'x' }],
  ])('%s', async (_name, spec, hex, expected) => {
    expect(await rowsOf(bytes(hex), spec)).toEqual([expected]);
  });

  it('gives the same rows wherever the chunks are cut', async () => {
    const row = fc.record({ id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), name: fc.string() });
    await fc.assert(
      fc.asyncProperty(fc.array(row), fc.integer({ min: 1, max: 40 }), async (rows, size) => {
        const parts = rows.map(({ id, name }) => {
          const body = Buffer.from(name);
          const head = Buffer.alloc(8);
          head.writeBigUInt64LE(id);
          const length = Buffer.from(
            body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7],
          );
          return Buffer.concat([head, length, body]);
        });
        const expected = rows.map(({ id, name }) => ({ id, name: Buffer.from(name).toString() }));
        expect(await rowsOf(Buffer.concat(parts), { id: u64, name: text }, size)).toEqual(expected);
      }),
    );
  });

  it('says when the answer is cut', async () => {
    await expect(rowsOf(bytes('01 00'), { v: u16, w: u8 })).rejects.toMatchObject({
      code: 'RESULT_CUT',
    });
  });
});
