// A request cut into pieces of one scope each, small enough to be turned into rows between two turns of the event loop.

import { type Groups, scanGroups } from '../../otlp/index/group-table.ts';

/** A piece this large takes 1 ms in WebAssembly and 3 ms in the twin. One item larger than this is a piece alone. */
export const CHUNK_BYTES = 256 * 1024;

export interface Chunk {
  /** Number of the scope group in `Groups.scopes`. */
  readonly scope: number;
  /** A range of fields of the Scope message; begins at an item. */
  readonly from: number;
  to: number;
}

export interface ChunkedRequest {
  readonly groups: Groups;
  readonly chunks: readonly Chunk[];
}

/** Cuts a checked `Export*ServiceRequest`. */
export function chunkRequest(bytes: Uint8Array): ChunkedRequest {
  const chunks: Chunk[] = [];
  let open: Chunk | undefined;
  const groups = scanGroups(bytes, (fieldStart, _start, end, _resource, scope) => {
    if (open !== undefined && open.scope === scope && end - open.from <= CHUNK_BYTES) {
      open.to = end;
      return;
    }
    open = { scope, from: fieldStart, to: end };
    chunks.push(open);
  });
  return { groups, chunks };
}
