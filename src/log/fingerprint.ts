// 16 bytes that stand for a request, so that the same request sent twice is recognised without keeping it.
//
// Two different requests with one fingerprint would lose the second, so 32 bits are not enough: at 1,000 requests a
// second of one length, CRC-32 would lose several in five minutes. Small bodies: SHA-256 cut to 128 bits. Large ones:
// GMAC under a random key of this log, which runs at 10 GB/s where SHA-256 runs at 2 (crossing measured near 32 kB);
// for two given requests, chosen without the key, the chance of a collision is under 2^-100 (NIST SP 800-38D).

import {
  createCipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { LogEntry } from './contract.ts';

export const FINGERPRINT_BYTES = 16;
export const FINGERPRINT_KEY_BYTES = 16;
const SMALL_BODY_BYTES = 32 * 1024;
// The key is used for nothing but this, and tags never leave the machine, so one fixed nonce does no harm.
const NONCE = Buffer.alloc(12);

export const newFingerprintKey = (): Buffer => randomBytes(FINGERPRINT_KEY_BYTES);

/** Made once a log: handing over raw bytes each time costs more than the MAC of a small request. */
const keyObjects = new WeakMap<Buffer, KeyObject>();

/** Covers signal, receiver, peer and bytes; not the time, and not the headers. */
export function fingerprintOf(entry: LogEntry, key: Buffer): Buffer {
  const who = `${entry.signal}\n${entry.receiver}\n${entry.peer}\n${entry.bytes.length}`;
  const what = entry.bytes.length < SMALL_BODY_BYTES ? entry.bytes : gmac(entry.bytes, key);
  return createHash('sha256').update(who).update(what).digest().subarray(0, FINGERPRINT_BYTES);
}

function gmac(bytes: Uint8Array, key: Buffer): Buffer {
  let secret = keyObjects.get(key);
  if (secret === undefined) keyObjects.set(key, (secret = createSecretKey(key)));
  const cipher = createCipheriv('aes-128-gcm', secret, NONCE);
  cipher.setAAD(bytes);
  cipher.final();
  return cipher.getAuthTag();
}
