// A resource group of a batch while its spans are counted: its service, its own values of dimensions, its scopes.

import { RESOURCE, SCOPE } from '../../../otlp/fields.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import { bytesTag, scan, scanField } from '../../../otlp/index/scan.ts';
import type { TraceIndex } from '../../../otlp/index/trace-index.ts';
import { AttributeFinder, type Found } from '../../../otlp/attributes/attribute-finder.ts';
import { textRangePair } from '../../../otlp/attributes/wire-pair.ts';

const SERVICE = new AttributeFinder([{ name: 'service.name' }]);

/** The Resource message of a group, empty where none was sent. */
export function resourceRange(index: TraceIndex, group: number): readonly [number, number] {
  const start = index.resources.innerStart[group] ?? NONE;
  return start === NONE ? [0, 0] : [start, index.resources.innerEnd[group] ?? 0];
}

export function serviceOf(
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
): Found | undefined {
  const found = SERVICE.defaults();
  SERVICE.find(bytes, from, to, RESOURCE.attributes, found);
  return found[0];
}

/** Defaults of the dimensions, and over them what the resource has. */
export function resourceValues(
  dimensions: AttributeFinder,
  bytes: Uint8Array,
  [from, to]: readonly [number, number],
): Array<Found | undefined> {
  const found = dimensions.defaults();
  if (dimensions.size > 0) dimensions.find(bytes, from, to, RESOURCE.attributes, found);
  return found;
}

const decoder = new TextDecoder();
const NAME = bytesTag(SCOPE.name);
const VERSION = bytesTag(SCOPE.version);

/** Name and version of a scope as dimensions, where the configuration names it. */
export function scopePairs(
  bytes: Uint8Array,
  index: TraceIndex,
  scope: number,
  included: ReadonlySet<string>,
): readonly Uint8Array[] {
  const start = index.scopes.innerStart[scope] ?? NONE;
  if (included.size === 0 || start === NONE) return [];
  const name = { start: 0, end: 0 };
  const version = { start: 0, end: 0 };
  const to = index.scopes.innerEnd[scope] ?? start;
  for (let at = start; at < to; at = scan.end) {
    scanField(bytes, at, to);
    const part = scan.tag === NAME ? name : scan.tag === VERSION ? version : undefined;
    if (part !== undefined) Object.assign(part, { start: scan.start, end: scan.end });
  }
  if (!included.has(decoder.decode(bytes.subarray(name.start, name.end)))) return [];
  return [
    textRangePair('span.instrumentation.library.name', bytes, name.start, name.end),
    textRangePair('span.instrumentation.library.version', bytes, version.start, version.end),
  ];
}
