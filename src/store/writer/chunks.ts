// A request cut into pieces of one scope each, small enough to be turned into rows between two turns of the event loop.
// Only group fields are looked into; items are passed over by their lengths.

import { RESOURCE_GROUP, REQUEST, SCOPE_GROUP } from '../../otlp/fields.ts';
import { bytesTag, scan, scanField } from '../../otlp/index/scan.ts';

/** A piece this large takes 1 ms in WebAssembly and 10 ms in the twin. One item larger than this is a piece alone. */
const CHUNK_BYTES = 256 * 1024;

const GROUP = bytesTag(REQUEST.groups);
/** The same numbers in resource groups and in scope groups. */
const INNER = bytesTag(RESOURCE_GROUP.resource);
const CHILD = bytesTag(RESOURCE_GROUP.scopes);
const SCHEMA_URL = bytesTag(RESOURCE_GROUP.schemaUrl);

/** A resource with its schema URL, or a scope with its own; empty ranges where not sent. */
export interface GroupRanges {
  innerFrom: number;
  innerTo: number;
  urlFrom: number;
  urlTo: number;
}

export interface Chunk {
  readonly resource: GroupRanges;
  readonly scope: GroupRanges;
  /** A range of fields of the Scope message. */
  readonly from: number;
  readonly to: number;
}

/** Cuts a checked `Export*ServiceRequest`. Throws on bytes that were not checked. */
export function chunkRequest(bytes: Uint8Array): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length; at = scan.end) {
    scanField(bytes, at, bytes.length);
    const { start, end } = scan;
    if (scan.tag === GROUP) cutResource(bytes, start, end, chunks);
    scan.end = end;
  }
  return chunks;
}

const noRanges = (at: number): GroupRanges => ({
  innerFrom: at,
  innerTo: at,
  urlFrom: at,
  urlTo: at,
});

/** Takes the field just scanned if it is the group's own. */
function takeField(ranges: GroupRanges): void {
  if (scan.tag === INNER) {
    ranges.innerFrom = scan.start;
    ranges.innerTo = scan.end;
  } else if (scan.tag === SCHEMA_URL) {
    ranges.urlFrom = scan.start;
    ranges.urlTo = scan.end;
  }
}

function cutResource(bytes: Uint8Array, from: number, to: number, chunks: Chunk[]): void {
  const resource = noRanges(from);
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    const { start, end } = scan;
    if (scan.tag === CHILD) cutScope(bytes, start, end, resource, chunks);
    else takeField(resource);
    scan.end = end;
  }
}

function cutScope(
  bytes: Uint8Array,
  from: number,
  to: number,
  resource: GroupRanges,
  chunks: Chunk[],
): void {
  const scope = noRanges(from);
  let chunkFrom = from;
  for (let at = from; at < to;) {
    const end = itemEnd(bytes, at, to);
    if (end > to) {
      scanField(bytes, at, to);
      takeField(scope);
    }
    const next = end > to ? scan.end : end;
    if (next - chunkFrom > CHUNK_BYTES && at > chunkFrom) {
      chunks.push({ resource, scope, from: chunkFrom, to: at });
      chunkFrom = at;
    }
    at = next;
  }
  if (to > chunkFrom) chunks.push({ resource, scope, from: chunkFrom, to });
}

const ITEM = bytesTag(SCOPE_GROUP.items);

/** Where the item at `at` ends: the quick way for an item whose length has at most three bytes, else Infinity. */
function itemEnd(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] !== ITEM) return Infinity;
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return at + 2 + first;
  const second = bytes[at + 2] ?? 0;
  if (second < 0x80) return at + 3 + (first & 0x7f) + second * 0x80;
  const third = bytes[at + 3] ?? 0;
  if (third >= 0x80 || at + 4 > to) return Infinity;
  return at + 4 + (first & 0x7f) + (second & 0x7f) * 0x80 + third * 0x4000;
}
