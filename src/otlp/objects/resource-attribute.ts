// One attribute of a resource group, for routing and grouping: the resource is decoded, nothing else is.

import { type GroupTable, NONE } from '../index/group-table.ts';
import { resource as RESOURCE_SCHEMA } from '../schema.ts';
import { decodeRange } from './decode.ts';
import type { AnyValue, Resource } from './types.ts';

/** Undefined where the resource does not have it. Of repeated keys the first counts, as in the Collector. */
export function resourceAttribute(
  bytes: Uint8Array,
  { innerStart, innerEnd }: GroupTable,
  group: number,
  key: string,
): AnyValue | undefined {
  const from = innerStart[group] ?? NONE;
  if (from === NONE) return undefined;
  const resource = decodeRange<Resource>(RESOURCE_SCHEMA, bytes, from, innerEnd[group] ?? from);
  return resource.attributes.find((attribute) => attribute.key === key)?.value;
}
