// CRC-32C (Castagnoli), which framed snappy wants; zlib has only the other polynomial.
// https://datatracker.ietf.org/doc/html/rfc3720#appendix-B.4

const POLYNOMIAL = 0x82f6_3b78;
const TABLE = new Uint32Array(256);
for (let byte = 0; byte < TABLE.length; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
  TABLE[byte] = value;
}

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (let at = 0; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
