import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from './contract.ts';
import { fingerprintOf, newFingerprintKey } from './fingerprint.ts';
import { claimedSize, decodeRecord, prepareRecord, toLogRecord, writeHead } from './record.ts';

const entries = fc.record<LogEntry>({
  signal: fc.constantFrom('traces', 'metrics', 'logs'),
  receiver: fc.string({ maxLength: 20 }),
  peer: fc.string({ maxLength: 40 }),
  receivedAtMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  headers: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string(), { maxKeys: 3 }),
  bytes: fc.uint8Array({ maxLength: 300 }),
  items: fc.nat(1_000_000),
});

const key = newFingerprintKey();

function encode(entry: LogEntry, position: number): Buffer {
  const prepared = prepareRecord(entry, fingerprintOf(entry, key));
  const bytes = Buffer.alloc(prepared.size);
  bytes.set(entry.bytes, writeHead(bytes, 0, prepared, position));
  return bytes;
}

describe('a record', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(entries, fc.nat(2 ** 40), (entry, position) => {
        const bytes = encode(entry, position);
        expect(claimedSize(bytes, 0, position, Infinity)).toBe(bytes.length);
        const decoded = decodeRecord(bytes, 0, bytes.length);
        const { bytes: payload, ...rest } =
          decoded?.record ?? toLogRecord(prepareRecord(entry, key), 0);
        const { bytes: sent, ...expected } = entry;
        expect({ ...rest, headers: { ...rest.headers } }).toEqual({
          ...expected,
          headers: { ...expected.headers },
          position,
          next: position + bytes.length,
        });
        expect(Buffer.from(payload).equals(Buffer.from(sent))).toBe(true);
        expect(decoded?.fingerprint.equals(fingerprintOf(entry, key))).toBe(true);
      }),
    );
  });

  it('with any byte changed is no record', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (entry, where, change) => {
        const bytes = encode(entry, 77);
        const at = where % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const size = claimedSize(bytes, 0, 77, bytes.length);
        expect(size === undefined ? undefined : decodeRecord(bytes, 0, size)).toBeUndefined();
      }),
    );
  });

  it('is one at its own position only', () => {
    const bytes = encode(fc.sample(entries, 1)[0] ?? raise(), 1000);
    expect(claimedSize(bytes, 0, 1000, Infinity)).toBe(bytes.length);
    expect(claimedSize(bytes, 0, 1001, Infinity)).toBeUndefined();
    expect(claimedSize(bytes, 0, 1000, bytes.length - 1)).toBeUndefined();
  });
});

function raise(): never {
  throw new Error('no sample');
}

describe('a fingerprint', () => {
  const entry: LogEntry = {
    signal: 'traces',
    receiver: 'otlp',
    peer: '127.0.0.1',
    receivedAtMs: 1,
    headers: {},
    bytes: Buffer.alloc(100, 1),
    items: 1,
  };
  const large = { ...entry, bytes: Buffer.alloc(100_000, 1) };
  const changedAt = (at: number): Buffer => {
    const bytes = Buffer.from(large.bytes);
    bytes[at] = 2;
    return bytes;
  };

  it.each<[name: string, other: LogEntry, same: boolean]>([
    ['the time', { ...entry, receivedAtMs: 2 }, true],
    ['the headers', { ...entry, headers: { a: 'b' } }, true],
    ['the signal', { ...entry, signal: 'logs' }, false],
    ['the receiver', { ...entry, receiver: 'otlp/2' }, false],
    ['the peer', { ...entry, peer: '10.0.0.1' }, false],
    ['a byte', { ...entry, bytes: Buffer.alloc(100, 2) }, false],
    ['the length', { ...entry, bytes: Buffer.alloc(101, 1) }, false],
  ])('%s changed', (_name, other, same) => {
    expect(fingerprintOf(entry, key).equals(fingerprintOf(other, key))).toBe(same);
  });

  it('of a large body differs with each byte, and with the key of another log', () => {
    const prints = new Set(
      [0, 1, 15, 16, 50_000, 99_999].map((at) =>
        fingerprintOf({ ...large, bytes: changedAt(at) }, key).toString('hex'),
      ),
    );
    expect(prints.size).toBe(6);
    expect(fingerprintOf(large, key).equals(fingerprintOf({ ...large }, key))).toBe(true);
    expect(fingerprintOf(large, key).equals(fingerprintOf(large, newFingerprintKey()))).toBe(false);
  });
});
