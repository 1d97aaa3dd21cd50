// Walks a request down to its spans, log records or data points, or to its resources, and lets each be changed in place.
// Nothing is indexed or decoded; framing was checked at the door.

import type { Signal } from '../../base/signal.ts';
import {
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  LOG_RECORD,
  METRIC,
  METRIC_DATA,
  NUMBER_POINT,
  REQUEST,
  RESOURCE_GROUP,
  SCOPE_GROUP,
  SPAN,
  SUMMARY_POINT,
} from '../fields.ts';
import { NONE } from '../index/group-table.ts';
import { bytesTag, scan, scanField } from '../index/scan.ts';
import { EditList } from './edit-list.ts';

const GROUP = bytesTag(REQUEST.groups);
const RESOURCE = bytesTag(RESOURCE_GROUP.resource);
const SCOPES = bytesTag(RESOURCE_GROUP.scopes);
const SCOPE = bytesTag(SCOPE_GROUP.scope);
const ITEM = bytesTag(SCOPE_GROUP.items);
const POINT = bytesTag(METRIC_DATA.dataPoints);

/** Tag of a point's attributes by tag of its metric's data. */
const POINT_ATTRIBUTES = new Map([
  [bytesTag(METRIC.gauge), bytesTag(NUMBER_POINT.attributes)],
  [bytesTag(METRIC.sum), bytesTag(NUMBER_POINT.attributes)],
  [bytesTag(METRIC.histogram), bytesTag(HISTOGRAM_POINT.attributes)],
  [bytesTag(METRIC.exponentialHistogram), bytesTag(EXPONENTIAL_POINT.attributes)],
  [bytesTag(METRIC.summary), bytesTag(SUMMARY_POINT.attributes)],
]);

/** What stands around an item. Ranges are NONE where not sent. One record for all: walks are synchronous. */
export interface ItemPlace {
  bytes: Uint8Array;
  resourceStart: number;
  resourceEnd: number;
  scopeStart: number;
  scopeEnd: number;
  /** The metric of a point. */
  metricStart: number;
  metricEnd: number;
  /** Tag of the item's attributes. */
  attributesTag: number;
}

/** Called for each item with the range of its message; changes go into `edits`, in the order of their places. */
export type ItemEditor = (edits: EditList, start: number, end: number, place: ItemPlace) => void;

const edits = new EditList();
const NOTHING = new Uint8Array(0);

function newPlace(bytes: Uint8Array, attributesTag: number): ItemPlace {
  return {
    bytes,
    resourceStart: NONE,
    resourceEnd: NONE,
    scopeStart: NONE,
    scopeEnd: NONE,
    metricStart: NONE,
    metricEnd: NONE,
    attributesTag,
  };
}

/** The request with its items changed; the given bytes where nothing was. */
export function editItems(signal: Signal, bytes: Uint8Array, edit: ItemEditor): Uint8Array {
  const place = newPlace(
    bytes,
    bytesTag(signal === 'logs' ? LOG_RECORD.attributes : SPAN.attributes),
  );
  const visit = signal === 'metrics' ? editPoints(edit) : editItem(edit);
  return run(bytes, () =>
    inGroups(bytes, (start, end) => {
      findResource(bytes, start, end, place);
      inFields(bytes, start, end, SCOPES, (scopesStart, scopesEnd) => {
        findScope(bytes, scopesStart, scopesEnd, place);
        inFields(bytes, scopesStart, scopesEnd, ITEM, (itemStart, itemEnd) =>
          visit(itemStart, itemEnd, place),
        );
      });
    }),
  );
}

/** The request with its resources changed. `start` and `end` are equal where none was sent; what is inserted makes one. */
export function editResources(
  bytes: Uint8Array,
  edit: (edits: EditList, start: number, end: number) => void,
): Uint8Array {
  return run(bytes, () =>
    inGroups(bytes, (start, end) => {
      let found = false;
      inFields(bytes, start, end, RESOURCE, (from, to) => {
        found = true;
        edit(edits, from, to);
      });
      if (found) return;
      edits.enterNew(start);
      edit(edits, start, start);
      edits.leaveNew(RESOURCE_GROUP.resource);
    }),
  );
}

function run(bytes: Uint8Array, work: () => void): Uint8Array {
  edits.reset(bytes);
  try {
    work();
    return edits.apply();
  } finally {
    edits.reset(NOTHING); // the request is not held until the next one
  }
}

type Visit = (start: number, end: number) => void;

const inGroups = (bytes: Uint8Array, visit: Visit): void =>
  inFields(bytes, 0, bytes.length, GROUP, visit);

/** Visits the fields with this tag as messages that may change. */
function inFields(bytes: Uint8Array, from: number, to: number, tag: number, visit: Visit): void {
  for (let at = from; at < to;) {
    scanField(bytes, at, to);
    const { start, end } = scan;
    if (scan.tag === tag) {
      edits.enter(at, start, end);
      visit(start, end);
      edits.leave();
    }
    at = end;
  }
}

const editItem =
  (edit: ItemEditor) =>
  (start: number, end: number, place: ItemPlace): void =>
    edit(edits, start, end, place);

const editPoints =
  (edit: ItemEditor) =>
  (metricStart: number, metricEnd: number, place: ItemPlace): void => {
    const { bytes } = place;
    place.metricStart = metricStart;
    place.metricEnd = metricEnd;
    for (let at = metricStart; at < metricEnd;) {
      scanField(bytes, at, metricEnd);
      const { tag, start, end } = scan;
      const attributesTag = POINT_ATTRIBUTES.get(tag);
      if (attributesTag !== undefined) {
        place.attributesTag = attributesTag;
        edits.enter(at, start, end);
        inFields(bytes, start, end, POINT, (from, to) => edit(edits, from, to, place));
        edits.leave();
      }
      at = end;
    }
  };

/** It may stand after the scopes. */
function findResource(bytes: Uint8Array, from: number, to: number, place: ItemPlace): void {
  place.resourceStart = NONE;
  place.resourceEnd = NONE;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag !== RESOURCE) continue;
    place.resourceStart = scan.start;
    place.resourceEnd = scan.end;
    return;
  }
}

function findScope(bytes: Uint8Array, from: number, to: number, place: ItemPlace): void {
  place.scopeStart = NONE;
  place.scopeEnd = NONE;
  for (let at = from; at < to; at = scan.end) {
    scanField(bytes, at, to);
    if (scan.tag !== SCOPE) continue;
    place.scopeStart = scan.start;
    place.scopeEnd = scan.end;
    return;
  }
}
