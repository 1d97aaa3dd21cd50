// Powers of ten with 128 significant bits, rounded up, for ../assembly/shortest-double.ts: exact arithmetic is at hand
// here, and it takes a millisecond once.

const EXPONENT_MIN = -292;
const EXPONENT_MAX = 324;
const BYTES_A_POWER = 16;
const BITS = 128;

/** The binary exponent of 10^e, exact for the exponents above. */
const floorLog2 = (e: number): number => Math.floor((e * 1_741_647) / 2 ** 19);

/** Little-endian, 16 bytes a power, from the smallest exponent on. */
export function powersOfTen(): Uint8Array {
  const bytes = new Uint8Array((EXPONENT_MAX - EXPONENT_MIN + 1) * BYTES_A_POWER);
  const view = new DataView(bytes.buffer);
  for (let e = EXPONENT_MIN; e <= EXPONENT_MAX; e++) {
    const at = (e - EXPONENT_MIN) * BYTES_A_POWER;
    const power = normalized(e);
    view.setBigUint64(at, BigInt.asUintN(64, power), true);
    view.setBigUint64(at + 8, power >> 64n, true);
  }
  return bytes;
}

/** 10^e × 2^(127 − floorLog2(e)), rounded up. */
function normalized(e: number): bigint {
  const shift = BigInt(BITS - 1 - floorLog2(e));
  if (e < 0) return dividedUp(1n << shift, 10n ** BigInt(-e));
  const power = 10n ** BigInt(e);
  return shift >= 0n ? power << shift : dividedUp(power, 1n << -shift);
}

const dividedUp = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
