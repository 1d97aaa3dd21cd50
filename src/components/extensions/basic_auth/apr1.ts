// Apache's MD5 form of a password, which htpasswd writes where nothing else is asked for: `$apr1$SALT$…`.
// https://httpd.apache.org/docs/2.4/misc/password_encryptions.html

import { createHash } from 'node:crypto';

const MAGIC = '$apr1$';
const ROUNDS = 1000;
const DIGEST_BYTES = 16;
const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Which bytes of the digest make four characters each; the last byte makes two. */
const GROUPS = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;
const LAST = 11;

const md5 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash('md5').update(Buffer.concat(parts)).digest();

export function apr1(password: string, saltText: string): string {
  const key = Buffer.from(password);
  const salt = Buffer.from(saltText);
  const inner = md5(key, salt, key);
  const parts: Uint8Array[] = [key, Buffer.from(MAGIC), salt];
  for (let left = key.length; left > 0; left -= DIGEST_BYTES) {
    parts.push(inner.subarray(0, Math.min(left, DIGEST_BYTES)));
  }
  for (let bits = key.length; bits > 0; bits >>= 1) {
    parts.push(bits & 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  }
  let digest = md5(...parts);
  for (let round = 0; round < ROUNDS; round++) {
    const odd = round % 2 === 1;
    const middle = [round % 3 === 0 ? [] : [salt], round % 7 === 0 ? [] : [key]].flat();
    digest = md5(odd ? key : digest, ...middle, odd ? digest : key);
  }
  return `${MAGIC}${saltText}$${encode(digest)}`;
}

function encode(digest: Buffer): string {
  const byte = (at: number): number => digest[at] ?? 0;
  const text = GROUPS.map(([a, b, c]) => chars((byte(a) << 16) | (byte(b) << 8) | byte(c), 4));
  return [...text, chars(byte(LAST), 2)].join('');
}

/** Six bits a character, lowest first. */
function chars(bits: number, count: number): string {
  let text = '';
  for (let at = 0; at < count; at++) text += ALPHABET[(bits >> (6 * at)) & 0x3f] ?? '';
  return text;
}
