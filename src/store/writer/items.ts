// What turns the items of requests into rows: the contract of the plain TypeScript twin and of the WebAssembly form.
// Both give the same bytes for the same input; tests hold them together.

import type { ResourceEntry, ScopeEntry } from './groups.ts';
import type { Table } from '../schema/table.ts';

/** What is the same for all items of one scope in one request. */
export interface ItemContext {
  /** Arrival, ms since the epoch. */
  readonly receivedAtMs: number;
  /** Start of the arrival slice, seconds since the epoch. */
  readonly sliceSeconds: number;
  readonly resource: ResourceEntry;
  readonly scope: ScopeEntry;
}

/** Where the attributes of an item stand; as stored in `attribute_keys.Place`. */
export type Place = 'span' | 'event' | 'link' | 'scope' | 'resource' | 'log' | 'point';

export interface KeyCount {
  readonly place: Place;
  /** Latin-1: one character a byte. */
  readonly key: string;
  /** The type letter. */
  readonly type: string;
  readonly count: number;
}

export interface ValueCount {
  readonly place: Place;
  readonly key: string;
  /** Latin-1; undefined: all values beyond the limits together. */
  readonly value: string | undefined;
  readonly count: number;
}

/** What is known of a block besides its rows. */
export interface BlockFacts {
  readonly keys: readonly KeyCount[];
  readonly values: readonly ValueCount[];
  /** Outside peers of CLIENT and PRODUCER spans, Latin-1, in order of first appearance. */
  readonly peers: readonly string[];
  /** Items whose event time is more than LATE_AFTER_MS before arrival. */
  readonly late: number;
  /** Items with MARK_TIME_OFF. */
  readonly timeOff: number;
  /** Attributes cut off beyond ATTRIBUTES_MAX. */
  readonly cut: number;
  /** Items that were not valid OTLP and left out. */
  readonly damaged: number;
}

/** Rows of one table as a block in ClickHouse's Native format. */
export interface TableBlock {
  readonly table: Table;
  readonly rows: number;
  /** Valid until the next `finish` of the one who gave it. */
  readonly native: Uint8Array;
}

export interface FinishedBlock {
  /** Tables with rows. */
  readonly tables: readonly TableBlock[];
  readonly facts: BlockFacts;
}

/** Items of one signal being gathered. */
export interface ItemBlock {
  /** Items added since the last `finish`. */
  readonly rows: number;
  /** The request as `add` reads it best: itself, or a copy that is valid until the next call. */
  stage(request: Uint8Array): Uint8Array;
  /** Adds the items (fields number 2) among the fields `bytes[from, to)` of a Scope message. Returns where it stopped:
   * `to`, or before an item for which there was no more room; then `finish` and go on from there. */
  add(bytes: Uint8Array, from: number, to: number, context: ItemContext): number;
  /** What was added since the last call, as blocks. */
  finish(): FinishedBlock;
}

/** Attributes an item, an event or a link: further ones are cut off, marked and counted. */
export const ATTRIBUTES_MAX = 1024;

/** Rows a Native block; a block file holds several, the engine joins them. */
export const BLOCK_ROWS_MAX = 32_768;

/** Later than this after its event, an item comes when its trace was closed without it. */
export const LATE_AFTER_MS = 60_000;

/** Event times further from arrival than this are marked. */
export const TIME_OFF_MS = 86_400_000;

/** Completion counts the values of every item up to this row of a block, then of every 32nd, 32-fold. */
const VALUES_EXACT_ROWS = 1024;
const VALUES_SAMPLE = 32;
/** Longer values are counted only. */
export const VALUE_BYTES_MAX = 256;
/** Distinct values a key and block, as in the hour; further ones are counted only. */
export const VALUES_A_KEY_MAX = 200;
/** Distinct values a block. */
export const VALUES_A_BLOCK_MAX = 16_384;

/** How many items the sampled row stands for in completion; 0: it is not sampled. */
export function sampleWeight(row: number): number {
  if (row < VALUES_EXACT_ROWS) return 1;
  return row % VALUES_SAMPLE === 0 ? VALUES_SAMPLE : 0;
}
