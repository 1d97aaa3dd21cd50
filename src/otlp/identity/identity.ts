// Ids of resources, scopes, series and log streams: xxHash64, seed 0, of a canonical form (README.md here). They are
// stored; a change of the form needs a migration. src/store/writer does the same in WebAssembly, and a test holds the
// two together by the vectors of identity.test.ts.

import { xxHash64 } from '../../base/xxhash64.ts';
import {
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  NUMBER_POINT,
  RESOURCE,
  SCOPE,
  SUMMARY_POINT,
} from '../fields.ts';
import { bytesTag, scan, scanField, varintTag } from '../index/scan.ts';
import { readUint32 } from '../wire/varint.ts';
import { CanonicalBuffer } from './canonical-buffer.ts';
import { Letter, putAttributes } from './canonical-value.ts';

const ENTITY_REF = bytesTag(RESOURCE.entityRefs);
const SCOPE_NAME = bytesTag(SCOPE.name);
const SCOPE_VERSION = bytesTag(SCOPE.version);

/** One buffer for all: hashing is synchronous. */
const out = new CanonicalBuffer();

/**
 * @param resource the Resource message; empty where none was sent.
 * @param schemaUrl of the resource group; empty where none was sent.
 */
export function resourceId(resource: Uint8Array, schemaUrl: Uint8Array): bigint {
  return hash(() => {
    putAttributes(out, resource, 0, resource.length, RESOURCE.attributes);
    out.uint32(lastVarint(resource, RESOURCE.droppedAttributesCount));
    out.range(schemaUrl);
    for (let at = 0; at < resource.length; at = scan.end) {
      scanField(resource, at, resource.length);
      if (scan.tag === ENTITY_REF) out.range(resource, scan.start, scan.end);
    }
  });
}

/**
 * @param scope the InstrumentationScope message; empty where none was sent.
 * @param schemaUrl of the scope group; empty where none was sent.
 */
export function scopeId(scope: Uint8Array, schemaUrl: Uint8Array): bigint {
  return hash(() => {
    putLastBytes(scope, SCOPE_NAME);
    putLastBytes(scope, SCOPE_VERSION);
    putAttributes(out, scope, 0, scope.length, SCOPE.attributes);
    out.uint32(lastVarint(scope, SCOPE.droppedAttributesCount));
    out.range(schemaUrl);
  });
}

/** What makes a series, apart from the attributes of the point. Numbers as stored in metric_series. */
export interface SeriesParts {
  readonly name: Uint8Array;
  readonly unit: Uint8Array;
  /** MetricType: 1 gauge to 5 summary. */
  readonly type: number;
  /** 0 none, 1 double, 2 int. */
  readonly numberType: number;
  readonly temporality: number;
  readonly monotonic: number;
  readonly resourceId: bigint;
  readonly scopeId: bigint;
}

/** Field number of a point's attributes by MetricType. */
const POINT_ATTRIBUTES = [
  0,
  NUMBER_POINT.attributes,
  NUMBER_POINT.attributes,
  HISTOGRAM_POINT.attributes,
  EXPONENTIAL_POINT.attributes,
  SUMMARY_POINT.attributes,
] as const;

/** @param bytes holds the data point at `from` up to `to`. */
export function seriesId(parts: SeriesParts, bytes: Uint8Array, from: number, to: number): bigint {
  return hash(() => {
    out.range(parts.name);
    out.range(parts.unit);
    out.byte(parts.type);
    out.byte(parts.numberType);
    out.byte(parts.temporality);
    out.byte(parts.monotonic);
    out.uint64(parts.resourceId);
    out.uint64(parts.scopeId);
    putAttributes(out, bytes, from, to, POINT_ATTRIBUTES[parts.type] ?? 0);
  });
}

export interface StreamLabel {
  /** Attribute name as sent. */
  readonly name: string;
  /** The value as stored: its text in UTF-8. */
  readonly value: Uint8Array;
}

const encoder = new TextEncoder();

/** @param labels each name once, in any order. */
export function logStreamId(labels: readonly StreamLabel[]): bigint {
  const pairs = labels
    .map(({ name, value }) => ({ name: encoder.encode(name), value }))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  return hash(() => {
    out.uint32(pairs.length);
    for (const { name, value } of pairs) {
      out.range(name);
      out.byte(Letter.string);
      out.range(value);
    }
  });
}

function hash(put: () => void): bigint {
  out.reset();
  put();
  return xxHash64(out.bytes, 0, out.length);
}

function putLastBytes(message: Uint8Array, tag: number): void {
  let start = 0;
  let end = 0;
  for (let at = 0; at < message.length; at = scan.end) {
    scanField(message, at, message.length);
    if (scan.tag !== tag) continue;
    start = scan.start;
    end = scan.end;
  }
  out.range(message, start, end);
}

function lastVarint(message: Uint8Array, field: number): number {
  let value = 0;
  for (let at = 0; at < message.length; at = scan.end) {
    scanField(message, at, message.length);
    if (scan.tag === varintTag(field)) value = readUint32(message, scan.start, scan.end);
  }
  return value;
}
