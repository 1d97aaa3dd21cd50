// Resources and scopes of requests: parsed and hashed once, then found again by their bytes.

import { RESOURCE } from '../../otlp/fields.ts';
import { bytesTag } from '../../otlp/index/scan.ts';
import { ProtobufCursor } from '../../otlp/wire/protobuf-cursor.ts';
import {
  logStreamId,
  resourceId,
  scopeId,
  type StreamLabel,
} from '../../otlp/identity/identity.ts';
import { INDEX_LABELS } from './index-labels.ts';
import type { GroupRanges } from './chunks.ts';
import { ByteBuffer } from './native/byte-buffer.ts';
import { latin1 } from './native/dictionary.ts';
import { Letter } from '../../otlp/identity/canonical-value.ts';
import { keyValueRanges, pushValueText } from './twin/value-text.ts';
import { copyOf, tagOf } from './wire.ts';

/** Entries kept; beyond, the memory begins anew. A resource of 1 KB makes this 16 MB. */
const CACHE_ENTRIES_MAX = 16_384;

export interface ResourceEntry {
  readonly id: bigint;
  /** The Resource message, a copy. */
  readonly message: Uint8Array;
  readonly schemaUrl: Uint8Array;
  /** `service.name`, UTF-8; empty when there is none. */
  readonly service: Uint8Array;
  readonly streamId: bigint;
  /** The index labels that the resource carries, sorted by name. */
  readonly labels: readonly StreamLabel[];
}

export interface ScopeEntry {
  readonly id: bigint;
  /** The InstrumentationScope message, a copy. */
  readonly message: Uint8Array;
  readonly schemaUrl: Uint8Array;
}

export class GroupCache {
  readonly #resources = new Map<string, ResourceEntry>();
  readonly #scopes = new Map<string, ScopeEntry>();
  /** Ranges are shared by the chunks of a group: asked for again, they are answered without a look at the bytes. */
  #lastResource: { ranges: GroupRanges; entry: ResourceEntry } | undefined;

  resource(bytes: Uint8Array, ranges: GroupRanges): ResourceEntry {
    if (this.#lastResource?.ranges === ranges) return this.#lastResource.entry;
    const entry = remembered(this.#resources, bytes, ranges, parseResource);
    this.#lastResource = { ranges, entry };
    return entry;
  }

  scope(bytes: Uint8Array, ranges: GroupRanges): ScopeEntry {
    return remembered(this.#scopes, bytes, ranges, (message, schemaUrl) => ({
      id: scopeId(message, schemaUrl),
      message,
      schemaUrl,
    }));
  }
}

function remembered<T>(
  cache: Map<string, T>,
  bytes: Uint8Array,
  { innerFrom, innerTo, urlFrom, urlTo }: GroupRanges,
  parse: (message: Uint8Array, schemaUrl: Uint8Array) => T,
): T {
  const message = latin1(bytes, innerFrom, innerTo);
  const url = latin1(bytes, urlFrom, urlTo);
  const key = url === '' ? message : `${message}${url}${url.length}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
  const entry = parse(copyOf(bytes, innerFrom, innerTo), copyOf(bytes, urlFrom, urlTo));
  cache.set(key, entry);
  return entry;
}

function parseResource(message: Uint8Array, schemaUrl: Uint8Array): ResourceEntry {
  const labels: StreamLabel[] = [];
  let service = new Uint8Array(0);
  const text = new ByteBuffer();
  const cursor = new ProtobufCursor(message);
  while (cursor.next()) {
    if (tagOf(cursor) !== bytesTag(RESOURCE.attributes)) continue;
    const { keyFrom, keyTo, valueFrom, valueTo } = keyValueRanges(
      message,
      cursor.start,
      cursor.end,
    );
    const key = latin1(message, keyFrom, keyTo);
    if (!INDEX_LABELS.has(key) || labels.some(({ name }) => name === key)) continue;
    text.clear();
    if (pushValueText(text, message, valueFrom, valueTo) === Letter.none) continue;
    const value = text.written.slice();
    labels.push({ name: key, value });
    if (key === 'service.name') service = value;
  }
  labels.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    id: resourceId(message, schemaUrl),
    message,
    schemaUrl,
    service,
    streamId: logStreamId(labels),
    labels,
  };
}
