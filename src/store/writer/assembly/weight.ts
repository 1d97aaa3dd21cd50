// How many spans a sampled span stands for; src/otlp/sampling/trace-state.ts gives the rule and its source.

const COMMA: u32 = 0x2c;
const SEMICOLON: u32 = 0x3b;
const DIGITS: u32 = 14;

@inline
function isBlank(byte: u32): bool {
  return byte == 0x20 || byte == 0x09;
}

function find(from: usize, end: usize, byte: u32): usize {
  for (let p = from; p < end; p++) if (<u32>load<u8>(p) == byte) return p;
  return end;
}

/** 0: the trace state says nothing of it. */
export function adjustedCount(from: usize, end: usize): f64 {
  let p = from;
  while (p < end) {
    const memberEnd = find(p, end, COMMA);
    while (p < memberEnd && isBlank(load<u8>(p))) p++;
    if (memberEnd - p >= 3 && load<u16>(p) == 0x746f && load<u8>(p + 2) == 0x3d) {
      return ofMember(p + 3, memberEnd);
    }
    p = memberEnd + 1;
  }
  return 0;
}

function ofMember(from: usize, end: usize): f64 {
  let p = from;
  while (p <= end) {
    const partEnd = find(p, end, SEMICOLON);
    if (partEnd - p > 3 && load<u16>(p) == 0x6874 && load<u8>(p + 2) == 0x3a) {
      const weight = ofThreshold(p + 3, partEnd);
      if (weight != 0) return weight;
    }
    p = partEnd + 1;
  }
  return 0;
}

function ofThreshold(from: usize, partEnd: usize): f64 {
  let end = partEnd;
  while (end > from && isBlank(load<u8>(end - 1))) end--;
  const n = <u32>(end - from);
  if (n < 1 || n > DIGITS) return 0;
  let threshold: u64 = 0;
  for (let p = from; p < end; p++) {
    const byte = <u32>load<u8>(p);
    const lower = byte | 0x20;
    if (byte >= 48 && byte <= 57) threshold = (threshold << 4) | (byte - 48);
    else if (lower >= 97 && lower <= 102) threshold = (threshold << 4) | (lower - 87);
    else return 0;
  }
  threshold <<= <u64>(DIGITS - n) << 2;
  const all: u64 = 1 << 56;
  return <f64>all / <f64>(all - threshold);
}
