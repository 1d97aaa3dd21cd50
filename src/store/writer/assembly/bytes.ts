// Copying (16 bytes at a time), comparing and hashing (eight) of short byte ranges. Reads and writes may run past the end
// by up to 15 bytes: every area has at least that much room behind what is used.

@inline
export function copy(to: usize, from: usize, n: usize): void {
  if (n <= 64) {
    for (let i: usize = 0; i < n; i += 16) v128.store(to + i, v128.load(from + i));
  } else memory.copy(to, from, n);
}

@inline
function tailMask(n: usize): u64 {
  return (<u64>1 << (<u64>n << 3)) - 1;
}

@inline
export function equal(a: usize, b: usize, n: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  if (i == n) return true;
  return ((load<u64>(a + i) ^ load<u64>(b + i)) & tailMask(n - i)) == 0;
}

/** Set to a random number once, so that nobody can send keys that collide. */
let seed: u64 = 0x9e3779b97f4a7c15;

export function setSeed(value: u64): void {
  seed = value;
}

@inline
function mix(hash: u64, word: u64): u64 {
  const mixed = (hash ^ word) * 0xff51afd7ed558ccd;
  return mixed ^ (mixed >> 32);
}

@inline
export function hashOf(from: usize, n: usize): u64 {
  let hash = seed + <u64>n * 0x9e3779b97f4a7c15;
  let i: usize = 0;
  for (; i + 8 <= n; i += 8) hash = mix(hash, load<u64>(from + i));
  if (i < n) hash = mix(hash, load<u64>(from + i) & tailMask(n - i));
  return hash;
}

@inline
export function combine(hash: u64, word: u64): u64 {
  return mix(hash * 0x9e3779b97f4a7c15, word);
}

/** Writes a length as a varint and returns where it ends. */
@inline
export function putVarint(to: usize, value: u32): usize {
  let rest = value;
  let w = to;
  while (rest > 127) {
    store<u8>(w++, <u8>(rest | 128));
    rest >>= 7;
  }
  store<u8>(w++, <u8>rest);
  return w;
}

/** Writes the range as a String of ClickHouse: length and bytes. */
@inline
export function putString(to: usize, from: usize, n: u32): usize {
  const w = putVarint(to, n);
  copy(w, from, n);
  return w + n;
}
