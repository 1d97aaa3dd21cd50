import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { uncompress } from 'snappyjs';
import { describe, expect, it } from 'vitest';
import { type Compression, compress } from './compress.ts';
import { crc32c } from './crc32c.ts';
import { cipherName } from './tls-names.ts';

const text = Buffer.from('the quick brown fox jumps over the lazy dog; '.repeat(5000));
const noise = Buffer.from(
  Array.from({ length: 70_000 }, (_, i) => (Math.imul(i, 0x9e3779b1) >>> 13) & 255),
);

/** Readers of the formats that nothing here brings along, by their specifications alone. */
const unpack: Readonly<Record<Compression, (packed: Buffer) => Uint8Array>> = {
  gzip: (packed) => gunzipSync(packed),
  zstd: (packed) => zstdDecompressSync(packed),
  zlib: (packed) => inflateSync(packed),
  deflate: (packed) => inflateSync(packed),
  snappy: (packed) => uncompress(packed),
  'x-snappy-framed': (packed) => {
    expect(packed.subarray(0, 10).toString('latin1')).toBe('\xff\x06\x00\x00sNaPpY');
    const pieces: Uint8Array[] = [];
    for (let at = 10; at < packed.length;) {
      const length = packed.readUIntLE(at + 1, 3);
      const data = packed.subarray(at + 8, at + 4 + length);
      const plain = packed[at] === 0 ? uncompress(data) : data;
      const rotated = (packed.readUInt32LE(at + 4) - 0xa282ead8) >>> 0;
      expect(((rotated << 15) | (rotated >>> 17)) >>> 0).toBe(crc32c(plain));
      pieces.push(plain);
      at += 4 + length;
    }
    return Buffer.concat(pieces);
  },
  lz4: (packed) => {
    expect(packed.subarray(0, 7).toString('hex')).toBe('04224d18604082');
    const pieces: Uint8Array[] = [];
    let at = 7;
    for (let size = packed.readUInt32LE(at); size !== 0; size = packed.readUInt32LE(at)) {
      const bytes = size & 0x7fff_ffff;
      const data = packed.subarray(at + 4, at + 4 + bytes);
      pieces.push(size >>> 31 === 1 ? data : Buffer.from(lz4Block(data)));
      at += 4 + bytes;
    }
    expect(at + 4).toBe(packed.length);
    return Buffer.concat(pieces);
  },
};

function lz4Block(data: Uint8Array): number[] {
  const out: number[] = [];
  let at = 0;
  const longer = (length: number): number => {
    let sum = length;
    for (let byte = 255; length === 15 && byte === 255; sum += byte) byte = data[at++] ?? 0;
    return sum;
  };
  while (at < data.length) {
    const token = data[at++] ?? 0;
    const literals = longer(token >> 4);
    for (const end = at + literals; at < end; at++) out.push(data[at] ?? 0);
    if (at >= data.length) break;
    const offset = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
    at += 2;
    const length = longer(token & 15) + 4;
    for (let i = 0; i < length; i++) out.push(out[out.length - offset] ?? 0);
  }
  return out;
}

const kinds = Object.keys(unpack) as Compression[];

describe.each(kinds)('%s', (kind) => {
  it.each<[string, Buffer[]]>([
    ['nothing', []],
    ['one byte', [Buffer.from('x')]],
    ['much of the same', [Buffer.alloc(200_000, 7)]],
    ['text in pieces', [text.subarray(0, 1), text.subarray(1, 70_000), text.subarray(70_000)]],
    ['noise', [noise]],
  ])('of %s', async (_name, parts) => {
    const packed = await compress(parts, kind);
    expect(packed.bytes).toBe(packed.parts.reduce((sum, part) => sum + part.length, 0));
    expect(Buffer.from(unpack[kind](Buffer.concat(packed.parts)))).toEqual(Buffer.concat(parts));
  });

  it('of anything', async () => {
    const words = fc.array(fc.constantFrom('ab', 'abcabc', 'x', '\0\0\0\0', 'the fox'), {
      maxLength: 400,
    });
    await fc.assert(
      fc.asyncProperty(words, async (list) => {
        const plain = Buffer.from(list.join(''));
        const packed = await compress([plain], kind);
        expect(Buffer.from(unpack[kind](Buffer.concat(packed.parts)))).toEqual(plain);
      }),
      { numRuns: 40 },
    );
  });
});

it('packs text small', async () => {
  for (const kind of kinds)
    expect((await compress([text], kind)).bytes).toBeLessThan(text.length / 5);
});

it('CRC-32C, by the vectors of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32)).toString(16)).toBe('8a9136aa');
  expect(crc32c(new Uint8Array(32).fill(0xff)).toString(16)).toBe('62a8ab43');
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)).toString(16)).toBe('46dd794e');
});

it.each([
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS_RSA_WITH_AES_256_CBC_SHA', 'AES256-SHA'],
  ['TLS_RSA_WITH_AES_128_CBC_SHA256', 'AES128-SHA256'],
  ['TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', 'ECDHE-RSA-DES-CBC3-SHA'],
  ['TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
])('%s is %s', (go, openssl) => {
  expect(cipherName(go)).toBe(openssl);
});
