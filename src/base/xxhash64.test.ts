import fc from 'fast-check';
import { expect, it } from 'vitest';
import { xxHash64 } from './xxhash64.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const P32 = 2654435761n;
const P64 = 11400714785074694797n;

/** The buffer of the reference implementation's self test. */
function sanityBuffer(length: number): Uint8Array {
  let generator = P32;
  return Uint8Array.from({ length }, () => {
    const byte = Number(generator >> 56n);
    generator = BigInt.asUintN(64, generator * P64);
    return byte;
  });
}

it.each<[input: Uint8Array, seed: bigint, hash: bigint]>([
  // xxHash, tests/sanity_test_vectors.h (XSUM_XXH64_testdata): length, seed, hash
  [sanityBuffer(0), 0n, 0xef46db3751d8e999n],
  [sanityBuffer(0), P32, 0xac75fda2929b17efn],
  [sanityBuffer(1), 0n, 0xe934a84adb052768n],
  [sanityBuffer(1), P32, 0x5014607643a9b4c3n],
  [sanityBuffer(4), 0n, 0x9136a0dca57457een],
  [sanityBuffer(14), 0n, 0x8282dcc4994e35c8n],
  [sanityBuffer(14), P32, 0xc3bd6bf63deb6df0n],
  [sanityBuffer(222), 0n, 0xb641ae8cb691c174n],
  [sanityBuffer(222), P32, 0x20cb8ab7ae10c14an],
  // cespare/xxhash and python-xxhash
  [text('a'), 0n, 0xd24ec4f1a98c6e5bn],
  [text('as'), 0n, 0x1c330fb2d66be179n],
  [text('asd'), 0n, 0x631c37ce72a97393n],
  [text('asdf'), 0n, 0x415872f599cea71en],
  [text('abc'), 0n, 0x44bc2cf5ad770999n],
  [
    text('Call me Ishmael. Some years ago--never mind how long precisely-'),
    0n,
    0x02a2e85470d6fd96n,
  ],
  [text('xxhash'), 0n, 0x32dd38952c4bc720n],
  [text('xxhash'), 20141025n, 0xb559b98d844e0635n],
])('agrees with the published vector %#', (input, seed, hash) => {
  expect(xxHash64(input, 0, input.length, seed).toString(16)).toBe(hash.toString(16));
});

/** The specification word for word, in 64-bit arithmetic: slow, and the reference for every length. */
function reference(bytes: Uint8Array): bigint {
  const [p1, p2, p3, p4, p5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ] as const;
  const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
  const rotl = (value: bigint, by: bigint): bigint => u64((value << by) | (value >> (64n - by)));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const round = (acc: bigint, lane: bigint): bigint => u64(rotl(u64(acc + lane * p2), 31n) * p1);
  let at = 0;
  let acc: bigint = p5;
  if (bytes.length >= 32) {
    const lanes = [u64(p1 + p2), p2, 0n, u64(-p1)];
    for (; at + 32 <= bytes.length; at += 32) {
      for (let i = 0; i < 4; i++)
        lanes[i] = round(lanes[i] ?? 0n, view.getBigUint64(at + i * 8, true));
    }
    const turns = [1n, 7n, 12n, 18n];
    acc = u64(lanes.reduce((sum, lane, i) => sum + rotl(lane, turns[i] ?? 0n), 0n));
    for (const lane of lanes) acc = u64((acc ^ round(0n, lane)) * p1 + p4);
  }
  acc = u64(acc + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) {
    acc = u64(rotl(acc ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
  }
  if (at + 4 <= bytes.length) {
    acc = u64(rotl(acc ^ u64(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) acc = u64(rotl(acc ^ u64(BigInt(bytes[at] ?? 0) * p5), 11n) * p1);
  acc = u64((acc ^ (acc >> 33n)) * p2);
  acc = u64((acc ^ (acc >> 29n)) * p3);
  return acc ^ (acc >> 32n);
}

it('agrees with the specification in 64-bit arithmetic at any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(xxHash64(bytes)).toBe(reference(bytes));
    }),
  );
});

it('hashes a range as it hashes a copy of it', () => {
  const bytes = sanityBuffer(100);
  expect(xxHash64(bytes, 7, 91)).toBe(xxHash64(bytes.slice(7, 91)));
});
