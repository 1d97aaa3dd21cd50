// Rows of the store → open traces. Decides for each span whether its trace is open, new, closed already (the span is late),
// or left out by sampling.

import { defined } from '../../base/assert.ts';
import { toHex } from '../../base/hex.ts';
import { StringTable } from '../../analysis/terms/string-table.ts';
import type { NativeBlock, NativeColumn } from '../../sql/native-reader.ts';
import { CLOSED_IDS_MAX, STRINGS_MAX } from './limits.ts';
import { OpenTraces } from './open-traces.ts';
import type { Sampling } from './sampling.ts';
import { RecentTraceIds } from './trace-ids.ts';

export interface IntakeOptions {
  readonly sampling: Sampling;
  /** Called for each span that came after its trace was closed. */
  readonly onLate: (traceId: string) => void;
}

export class Intake {
  readonly open = new OpenTraces();
  readonly closed = new RecentTraceIds(CLOSED_IDS_MAX);
  strings = new StringTable();
  readonly #options: IntakeOptions;
  /** Latest arrival among the rows of the present read, ms. */
  lastReceivedMs = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * `seenMs` gives the pass's time for rows of which the last arrived then. `replay`: rows were read before; those of
   * closed traces are passed over and not late.
   */
  take(block: NativeBlock, seenMs: (receivedMs: number) => number, replay: boolean): void {
    const { rows, columns } = block;
    if (rows === 0) return;
    const ids = wordsOf(columns.get('TraceId'));
    const writer = new RowWriter(this.open, this.strings, columns);
    const receivedMs = writer.lastReceivedMs(rows);
    this.lastReceivedMs = Math.max(this.lastReceivedMs, receivedMs);
    const nowMs = seenMs(receivedMs);
    for (let row = 0; row < rows; row++) {
      const at = row * 4;
      const a = ids[at] ?? 0;
      const b = ids[at + 1] ?? 0;
      const c = ids[at + 2] ?? 0;
      const d = ids[at + 3] ?? 0;
      const known = this.open.find(a, b, c, d);
      if (known >= 0) {
        writer.add(known, row, nowMs);
        continue;
      }
      if (this.closed.has(a, b, c, d)) {
        if (!replay) this.#options.onLate(traceIdText(ids, row));
        continue;
      }
      const factor = this.#options.sampling.factorOf(a, b, c, d, nowMs);
      if (factor === 0) continue;
      const trace = this.open.open(a, b, c, d, nowMs);
      this.open.factors[trace] = factor;
      writer.add(trace, row, nowMs);
    }
  }

  /** Traces that are known to be closed. */
  remember(block: NativeBlock): void {
    if (block.rows === 0) return;
    const ids = wordsOf(block.columns.get('TraceId'));
    for (let at = 0; at < block.rows * 4; at += 4)
      this.closed.add(ids[at] ?? 0, ids[at + 1] ?? 0, ids[at + 2] ?? 0, ids[at + 3] ?? 0);
  }

  /** Strings that no open span uses any more are let go when there are many. */
  trimStrings(): void {
    if (this.strings.strings.length <= STRINGS_MAX) return;
    const old = this.strings.strings;
    const fresh = new StringTable();
    const { spans, first, limit } = this.open;
    for (let trace = 0; trace < limit; trace++) {
      for (let place = first[trace] ?? -1; place >= 0; place = spans.next[place] ?? -1) {
        for (const column of [
          spans.services,
          spans.names,
          spans.endpoints,
          spans.peers,
          spans.outcomes,
        ])
          column[place] = fresh.numberOf(old[column[place] ?? 0] ?? '');
      }
    }
    this.strings = fresh;
  }
}

export const traceIdText = (ids: Uint32Array, index: number): string =>
  toHex(new Uint8Array(ids.buffer, ids.byteOffset + index * 16, 16));

/** Writes rows of one block into the pool; strings are looked up once a block. */
class RowWriter {
  readonly #open: OpenTraces;
  readonly #spanIds: Uint32Array;
  readonly #parentIds: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #durations: Uint32Array;
  readonly #kinds: Uint8Array;
  readonly #statuses: Uint8Array;
  readonly #weights: Float64Array;
  readonly #slices: Uint32Array;
  readonly #received: Uint32Array;
  readonly #blocks: Uint32Array;
  readonly #strings: readonly Strings[];

  constructor(open: OpenTraces, table: StringTable, columns: ReadonlyMap<string, NativeColumn>) {
    this.#open = open;
    this.#spanIds = wordsOf(columns.get('SpanId'));
    this.#parentIds = wordsOf(columns.get('ParentSpanId'));
    this.#starts = wordsOf(columns.get('StartTime'));
    this.#durations = wordsOf(columns.get('Duration'));
    this.#kinds = small(columns.get('Kind'));
    this.#statuses = small(columns.get('StatusCode'));
    this.#weights = numbers(columns.get('AdjustedCount'));
    this.#slices = wordsOf(columns.get('Slice'));
    this.#received = wordsOf(columns.get('Received'));
    this.#blocks = wordsOf(columns.get('Block'));
    this.#strings = ['Service', 'Name', 'Endpoint', 'Peer', 'Outcome'].map((name) =>
      strings(columns.get(name), table),
    );
  }

  lastReceivedMs(rows: number): number {
    let last = 0;
    for (let row = 0; row < rows; row++) {
      const ms = (this.#received[row * 2 + 1] ?? 0) * 2 ** 32 + (this.#received[row * 2] ?? 0);
      if (ms > last) last = ms;
    }
    return last;
  }

  add(trace: number, row: number, nowMs: number): void {
    const open = this.#open;
    const pool = open.spans;
    const place = pool.take();
    const low = row * 2;
    const high = low + 1;
    pool.idHigh[place] = this.#spanIds[low] ?? 0;
    pool.idLow[place] = this.#spanIds[high] ?? 0;
    const parentHigh = this.#parentIds[low] ?? 0;
    const parentLow = this.#parentIds[high] ?? 0;
    pool.parentHigh[place] = parentHigh;
    pool.parentLow[place] = parentLow;
    pool.startHigh[place] = this.#starts[high] ?? 0;
    pool.startLow[place] = this.#starts[low] ?? 0;
    pool.durations[place] =
      ((this.#durations[high] ?? 0) | 0) * 2 ** 32 + (this.#durations[low] ?? 0);
    pool.kinds[place] = this.#kinds[row] ?? 0;
    pool.statuses[place] = this.#statuses[row] ?? 0;
    pool.weights[place] = this.#weights[row] ?? 1;
    const [services, names, endpoints, peers, outcomes] = this.#strings;
    pool.services[place] = numberOf(services, row);
    pool.names[place] = numberOf(names, row);
    pool.endpoints[place] = numberOf(endpoints, row);
    pool.peers[place] = numberOf(peers, row);
    pool.outcomes[place] = numberOf(outcomes, row);
    const isFirst = (open.counts[trace] ?? 0) === 0;
    pool.next[place] = open.first[trace] ?? -1;
    open.first[trace] = place;
    open.counts[trace] = (open.counts[trace] ?? 0) + 1;
    if (parentHigh === 0 && parentLow === 0) open.hasRoot[trace] = 1;
    open.lastSeenMs[trace] = nowMs;
    const block = (this.#blocks[high] ?? 0) * 2 ** 32 + (this.#blocks[low] ?? 0);
    if (isFirst) open.slices[trace] = this.#slices[row] ?? 0;
    if (block < (open.firstBlock[trace] ?? 0)) open.firstBlock[trace] = block;
  }
}

interface Strings {
  /** By key of the block, its number in the table. */
  readonly numbers: Int32Array;
  readonly indexes: Uint32Array;
}

const numberOf = (column: Strings | undefined, row: number): number =>
  column === undefined ? 0 : (column.numbers[column.indexes[row] ?? 0] ?? 0);

/** 32-bit words of ids, times and DateTime columns. */
export function wordsOf(column: NativeColumn | undefined): Uint32Array {
  if (column?.kind === 'words' || column?.kind === 'u32') return column.values;
  const bytes = column?.kind === 'bytes' ? column.bytes : undefined;
  const { buffer, byteOffset, byteLength } = defined(bytes, 'a column of words');
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

const small = (column: NativeColumn | undefined): Uint8Array =>
  defined(column?.kind === 'u8' ? column.values : undefined, 'a column of bytes');

const numbers = (column: NativeColumn | undefined): Float64Array =>
  defined(column?.kind === 'f64' ? column.values : undefined, 'a column of doubles');

function strings(column: NativeColumn | undefined, table: StringTable): Strings {
  const { keys, indexes } = defined(
    column?.kind === 'strings' ? column : undefined,
    'a column of strings',
  );
  return { numbers: Int32Array.from(keys, (key) => table.numberOf(key)), indexes };
}
