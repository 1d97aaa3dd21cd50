// The resources and scopes that rows refer to, read back by their ids.

import { defined } from '../../base/assert.ts';
import { toHex } from '../../base/hex.ts';
import { RESOURCE } from '../../otlp/fields.ts';
import { resource as resourceSchema } from '../../otlp/schema.ts';
import { decodeRange } from '../../otlp/objects/decode.ts';
import type { EntityRef, InstrumentationScope, Resource } from '../../otlp/objects/types.ts';
import type { Engine } from '../contract.ts';
import { toAttributes } from './any-value.ts';
import { RowBinaryReader } from './row-binary.ts';

export interface StoredResource {
  readonly resource: Resource;
  readonly schemaUrl: string;
}

export interface StoredScope {
  readonly scope: InstrumentationScope;
  readonly schemaUrl: string;
}

export interface Groups {
  readonly resources: ReadonlyMap<bigint, StoredResource>;
  readonly scopes: ReadonlyMap<bigint, StoredScope>;
}

/** `ids(column)`: a SELECT of the ids that are wanted. */
export async function readGroups(
  engine: Engine,
  ids: (column: 'ResourceId' | 'ScopeId') => string,
  signal?: AbortSignal,
): Promise<Groups> {
  return {
    resources: await readResources(engine, ids('ResourceId'), signal),
    scopes: await readScopes(engine, ids('ScopeId'), signal),
  };
}

async function readResources(
  engine: Engine,
  ids: string,
  signal: AbortSignal | undefined,
): Promise<Map<bigint, StoredResource>> {
  const sql =
    'SELECT Id, Attributes, AttributeTypes, DroppedAttributes, SchemaUrl, EntityRefs ' +
    `FROM resources WHERE Id IN (${ids}) LIMIT 1 BY Id`;
  const rows = RowBinaryReader.rows(engine.query(sql, { format: 'RowBinary', signal }), (row) => ({
    id: row.uint64(),
    attributes: toAttributes(row.map(), row.string()),
    droppedAttributesCount: row.uint32(),
    schemaUrl: row.string(),
    entityRefs: row.array(() => entityRef(row.byteString())),
  }));
  const found = new Map<bigint, StoredResource>();
  for await (const { id, schemaUrl, ...resource } of rows) found.set(id, { resource, schemaUrl });
  return found;
}

async function readScopes(
  engine: Engine,
  ids: string,
  signal: AbortSignal | undefined,
): Promise<Map<bigint, StoredScope>> {
  const sql =
    'SELECT Id, Name, Version, Attributes, AttributeTypes, DroppedAttributes, SchemaUrl ' +
    `FROM scopes WHERE Id IN (${ids}) LIMIT 1 BY Id`;
  const rows = RowBinaryReader.rows(engine.query(sql, { format: 'RowBinary', signal }), (row) => ({
    id: row.uint64(),
    name: row.string(),
    version: row.string(),
    attributes: toAttributes(row.map(), row.string()),
    droppedAttributesCount: row.uint32(),
    schemaUrl: row.string(),
  }));
  const found = new Map<bigint, StoredScope>();
  for await (const { id, schemaUrl, ...scope } of rows) found.set(id, { scope, schemaUrl });
  return found;
}

function entityRef(bytes: Uint8Array): EntityRef {
  const field = resourceSchema.byNumber[RESOURCE.entityRefs];
  return decodeRange<EntityRef>(defined(field?.message, 'EntityRef'), bytes, 0, bytes.length);
}

/** Ids of zeros are ids that were not sent. */
export const idText = (bytes: Uint8Array): string =>
  bytes.every((byte) => byte === 0) ? '' : toHex(bytes);
