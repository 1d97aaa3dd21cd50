// One record of the log as bytes, little-endian:
//
//   0  u32  marker `TLR1`, by which the reader finds the next record behind damage
//   4  u32  CRC-32 over the payload, continued over bytes 8 to the payload
//   8  u32  size of the whole record
//  12  u32  items (spans, points, log records)
//  16  f64  position: a copy of the record elsewhere in the file, or inside a payload, is never taken for this one
//  24  f64  receive time, ms since the epoch
//  32  16B  fingerprint of the request, see fingerprint.ts
//  48  u16  signal
//  50  u16  length of what follows: JSON [receiver, peer, headers?]
//  52  ...  that JSON, then the payload: OTLP bytes as received
//
// The layout is on users' disks: a change needs another marker, and this one stays readable.

import { crc32 } from 'node:zlib';
import { SIGNALS } from '../base/signal.ts';
import type { LogEntry, LogRecord, Position } from './contract.ts';

export const MARKER = Buffer.from('TLR1', 'latin1');
export const PREFIX_BYTES = 52;
const MARKER_VALUE = MARKER.readUInt32LE(0);

/** The size field is u32; what is larger than this was never written by us, whatever the field says. */
export const MAX_RECORD_BYTES = 1024 * 1024 * 1024;
/** The length field is u16. Peers and the few headers that components name are far below. */
export const MAX_LABEL_BYTES = 0xffff;

/** An entry that waits for its group, with everything that does not depend on its position. */
export interface PreparedRecord {
  readonly entry: LogEntry;
  readonly labels: Buffer;
  readonly fingerprint: Buffer;
  readonly payloadCrc: number;
  /** Bytes in the file. */
  readonly size: number;
}

export function prepareRecord(entry: LogEntry, fingerprint: Buffer): PreparedRecord {
  const labels = encodeLabels(entry);
  return {
    entry,
    labels,
    fingerprint,
    payloadCrc: crc32(entry.bytes),
    size: PREFIX_BYTES + labels.length + entry.bytes.length,
  };
}

/** Writes everything but the payload at `offset` of `target`; returns the offset behind it. */
export function writeHead(
  target: Buffer,
  offset: number,
  prepared: PreparedRecord,
  position: Position,
): number {
  const { entry, labels, fingerprint, payloadCrc, size } = prepared;
  const end = offset + PREFIX_BYTES + labels.length;
  target.writeUInt32LE(MARKER_VALUE, offset);
  target.writeUInt32LE(size, offset + 8);
  target.writeUInt32LE(entry.items, offset + 12);
  target.writeDoubleLE(position, offset + 16);
  target.writeDoubleLE(entry.receivedAtMs, offset + 24);
  target.set(fingerprint, offset + 32);
  target.writeUInt16LE(SIGNALS.indexOf(entry.signal), offset + 48);
  target.writeUInt16LE(labels.length, offset + 50);
  target.set(labels, offset + PREFIX_BYTES);
  target.writeUInt32LE(crc32(target.subarray(offset + 8, end), payloadCrc), offset + 4);
  return end;
}

/** The record as readers get it. The payload is not copied. */
export function toLogRecord(prepared: PreparedRecord, position: Position): LogRecord {
  return { ...prepared.entry, position, next: position + prepared.size };
}

/** Size that the prefix at `offset` claims, if it can be the record of this position at all. */
export function claimedSize(
  bytes: Buffer,
  offset: number,
  position: Position,
  maxBytes: number,
): number | undefined {
  if (bytes.readUInt32LE(offset) !== MARKER_VALUE) return undefined;
  if (bytes.readDoubleLE(offset + 16) !== position) return undefined;
  const size = bytes.readUInt32LE(offset + 8);
  if (size > Math.min(maxBytes, MAX_RECORD_BYTES)) return undefined;
  return size < PREFIX_BYTES + bytes.readUInt16LE(offset + 50) ? undefined : size;
}

export interface DecodedRecord {
  readonly record: LogRecord;
  readonly fingerprint: Buffer;
}

/** The record in `bytes[offset, offset + size)`, or undefined where its checksum or its labels are wrong. */
export function decodeRecord(
  bytes: Buffer,
  offset: number,
  size: number,
): DecodedRecord | undefined {
  const payloadStart = offset + PREFIX_BYTES + bytes.readUInt16LE(offset + 50);
  const payload = bytes.subarray(payloadStart, offset + size);
  const crc = crc32(bytes.subarray(offset + 8, payloadStart), crc32(payload));
  if (crc !== bytes.readUInt32LE(offset + 4)) return undefined;
  const signal = SIGNALS[bytes.readUInt16LE(offset + 48)];
  const labels = decodeLabels(bytes.toString('utf8', offset + PREFIX_BYTES, payloadStart));
  if (signal === undefined || labels === undefined) return undefined;
  const position = bytes.readDoubleLE(offset + 16);
  return {
    fingerprint: bytes.subarray(offset + 32, offset + 48),
    record: {
      signal,
      ...labels,
      receivedAtMs: bytes.readDoubleLE(offset + 24),
      bytes: payload,
      items: bytes.readUInt32LE(offset + 12),
      position,
      next: position + size,
    },
  };
}

type Labels = Pick<LogEntry, 'receiver' | 'peer' | 'headers'>;

/** Peers repeat for hours: their labels are encoded once. Cleared as a whole when full. */
const MAX_CACHED_LABELS = 1024;
const labelCache = new Map<string, Buffer>();

function encodeLabels({ receiver, peer, headers }: Labels): Buffer {
  if (Object.keys(headers).length > 0) {
    return Buffer.from(JSON.stringify([receiver, peer, headers]));
  }
  const key = `${receiver}\n${peer}`;
  let bytes = labelCache.get(key);
  if (bytes === undefined) {
    bytes = Buffer.from(JSON.stringify([receiver, peer]));
    if (labelCache.size >= MAX_CACHED_LABELS) labelCache.clear();
    labelCache.set(key, bytes);
  }
  return bytes;
}

function decodeLabels(text: string): Labels | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [receiver, peer, headers]: unknown[] = parsed;
  if (typeof receiver !== 'string' || typeof peer !== 'string') return undefined;
  return { receiver, peer, headers: isHeaders(headers) ? headers : {} };
}

const isHeaders = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((header) => typeof header === 'string');
