// Resource and scope groups of a request (ResourceSpans, ScopeSpans and their like), as columns. Items refer to a group
// by its number, because a group's resource may stand after its items on the wire.

import { RESOURCE_GROUP } from '../fields.ts';
import { bytesTag, scan, scanField } from './scan.ts';

/** No such range: the field was not sent. */
export const NONE = -1;

const FIRST_CAPACITY_GROUPS = 64;
const INNER = bytesTag(RESOURCE_GROUP.resource); // the same number as a scope group's `scope`
const CHILD = bytesTag(RESOURCE_GROUP.scopes); // and its items
const SCHEMA_URL = bytesTag(RESOURCE_GROUP.schemaUrl);

export class GroupTable {
  count = 0;
  /** The group's message. */
  start = new Int32Array(FIRST_CAPACITY_GROUPS);
  end = new Int32Array(FIRST_CAPACITY_GROUPS);
  /** Number of the resource group that a scope group stands in; for resource groups NONE. */
  parent = new Int32Array(FIRST_CAPACITY_GROUPS);
  /** Resource or InstrumentationScope; NONE where not sent. */
  innerStart = new Int32Array(FIRST_CAPACITY_GROUPS);
  innerEnd = new Int32Array(FIRST_CAPACITY_GROUPS);
  schemaUrlStart = new Int32Array(FIRST_CAPACITY_GROUPS);
  schemaUrlEnd = new Int32Array(FIRST_CAPACITY_GROUPS);
  /** From the first child's tag to the end of the last child; both the group's end where it has none. */
  childrenStart = new Int32Array(FIRST_CAPACITY_GROUPS);
  childrenEnd = new Int32Array(FIRST_CAPACITY_GROUPS);
  /** Other fields stand between the children. */
  scattered = new Uint8Array(FIRST_CAPACITY_GROUPS);

  /** Opens a group and returns its number. */
  add(start: number, end: number, parent: number): number {
    const group = this.count++;
    if (group === this.start.length) this.#grow();
    this.start[group] = start;
    this.end[group] = end;
    this.parent[group] = parent;
    this.innerStart[group] = NONE;
    this.innerEnd[group] = NONE;
    this.schemaUrlStart[group] = NONE;
    this.schemaUrlEnd[group] = NONE;
    this.childrenStart[group] = end;
    this.childrenEnd[group] = end;
    return group;
  }

  /** Takes the field just scanned into the group; true when it is a child: a scope group or an item. */
  take(group: number, fieldStart: number): boolean {
    if (scan.tag === CHILD) {
      if (this.childrenStart[group] === this.end[group]) this.childrenStart[group] = fieldStart;
      else if (this.childrenEnd[group] !== fieldStart) this.scattered[group] = 1;
      this.childrenEnd[group] = scan.end;
      return true;
    }
    if (scan.tag === INNER) {
      this.innerStart[group] = scan.start;
      this.innerEnd[group] = scan.end;
    } else if (scan.tag === SCHEMA_URL) {
      this.schemaUrlStart[group] = scan.start;
      this.schemaUrlEnd[group] = scan.end;
    }
    return false;
  }

  #grow(): void {
    const size = this.start.length * 2;
    this.start = grown(this.start, size);
    this.end = grown(this.end, size);
    this.parent = grown(this.parent, size);
    this.innerStart = grown(this.innerStart, size);
    this.innerEnd = grown(this.innerEnd, size);
    this.schemaUrlStart = grown(this.schemaUrlStart, size);
    this.schemaUrlEnd = grown(this.schemaUrlEnd, size);
    this.childrenStart = grown(this.childrenStart, size);
    this.childrenEnd = grown(this.childrenEnd, size);
    const scattered = new Uint8Array(size);
    scattered.set(this.scattered);
    this.scattered = scattered;
  }
}

function grown(column: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}

export interface Groups {
  readonly resources: GroupTable;
  readonly scopes: GroupTable;
}

/** Called once for each field 2 of a scope group: a span, a record, a metric. `fieldStart` is where its tag begins. */
export type ItemVisitor = (
  fieldStart: number,
  start: number,
  end: number,
  resource: number,
  scope: number,
) => void;

/** Walks request → resource groups → scope groups and calls `visit` for what stands in the latter. */
export function scanGroups(bytes: Uint8Array, visit: ItemVisitor): Groups {
  const resources = new GroupTable();
  const scopes = new GroupTable();
  for (let at = 0; at < bytes.length; at = scan.end) {
    scanField(bytes, at, bytes.length);
    if (scan.tag !== bytesTag(1)) continue;
    const end = scan.end;
    const resource = resources.add(scan.start, end, NONE);
    for (let in1 = scan.start; in1 < end; in1 = scan.end) {
      scanField(bytes, in1, end);
      if (!resources.take(resource, in1)) continue;
      const scopeEnd = scan.end;
      const scope = scopes.add(scan.start, scopeEnd, resource);
      for (let in2 = scan.start; in2 < scopeEnd; in2 = scan.end) {
        scanField(bytes, in2, scopeEnd);
        if (!scopes.take(scope, in2)) continue;
        const itemEnd = scan.end;
        visit(in2, scan.start, itemEnd, resource, scope);
        scan.end = itemEnd;
      }
      scan.end = scopeEnd;
    }
    scan.end = end;
  }
  return { resources, scopes };
}
