// The spans of one trace as columns, filled from Native blocks: a trace may have a million spans, and an object for each
// would cost more than reading and explaining them.

import type { NativeBlock, NativeColumn } from '../../../sql/native-reader.ts';

const WORD = 2 ** 32;

/** Texts are numbers in `strings`; 0 is the empty one. Ids are pairs of words. */
export interface StoredSpans {
  readonly size: number;
  /** What `starts` count from, ns since the epoch: the start of the first span without a parent. */
  readonly baseNanos: bigint;
  readonly starts: Float64Array;
  readonly durations: Float64Array;
  readonly idHigh: Uint32Array;
  readonly idLow: Uint32Array;
  readonly parentHigh: Uint32Array;
  readonly parentLow: Uint32Array;
  readonly kinds: Uint8Array;
  readonly statuses: Uint8Array;
  readonly events: Uint32Array;
  readonly services: Int32Array;
  readonly names: Int32Array;
  readonly endpoints: Int32Array;
  readonly peers: Int32Array;
  /** Status of the HTTP or RPC answer, of a request's span. */
  readonly outcomes: Int32Array;
  /** Empty at first: see ./place-queries.ts. */
  readonly queries: Int32Array;
  /** Ids of resources as decimal texts. */
  readonly resources: Int32Array;
  readonly strings: readonly string[];
  /** Gives numbers to further texts. */
  readonly texts: { numberOf(text: string): number };
  readonly lastReceivedMs: number;
}

/** What is asked for, by column of the answer. */
const TEXTS = ['Service', 'Name', 'Endpoint', 'Peer', 'Outcome', 'Resource'] as const;
type TextName = (typeof TEXTS)[number];

export class SpanBuffer {
  readonly #blocks: NativeBlock[] = [];
  #size = 0;

  add(block: NativeBlock): void {
    if (block.rows === 0) return;
    this.#blocks.push(block);
    this.#size += block.rows;
  }

  finish(): StoredSpans {
    const size = this.#size;
    const times = new Times(size, baseOf(this.#blocks));
    const ids = new Ids(size);
    const parents = new Ids(size);
    const kinds = new Uint8Array(size);
    const statuses = new Uint8Array(size);
    const events = new Uint32Array(size);
    const texts = new Texts(size);
    let at = 0;
    for (const { rows, columns } of this.#blocks) {
      times.add(at, words(columns, 'StartTime'), words(columns, 'Duration'));
      times.seen(words(columns, 'Received'));
      ids.add(at, bytes(columns, 'SpanId'));
      parents.add(at, bytes(columns, 'ParentSpanId'));
      kinds.set(small(columns, 'Kind'), at);
      statuses.set(small(columns, 'StatusCode'), at);
      events.set(whole(columns, 'Events'), at);
      for (const name of TEXTS) texts.add(name, at, columns.get(name));
      at += rows;
    }
    return {
      size,
      baseNanos: times.baseNanos,
      starts: times.starts,
      durations: times.durations,
      idHigh: ids.high,
      idLow: ids.low,
      parentHigh: parents.high,
      parentLow: parents.low,
      kinds,
      statuses,
      events,
      services: texts.column('Service'),
      names: texts.column('Name'),
      endpoints: texts.column('Endpoint'),
      peers: texts.column('Peer'),
      outcomes: texts.column('Outcome'),
      queries: new Int32Array(size),
      resources: texts.column('Resource'),
      strings: texts.strings,
      texts,
      lastReceivedMs: times.lastReceivedMs,
    };
  }
}

/** The start of the first span without a parent, else of the first, as words. */
function baseOf(blocks: readonly NativeBlock[]): readonly [low: number, high: number] {
  for (const { columns } of blocks) {
    const parents = bytes(columns, 'ParentSpanId');
    const view = new DataView(parents.buffer, parents.byteOffset, parents.byteLength);
    for (let at = 0; at < parents.length; at += 8)
      if (view.getUint32(at) === 0 && view.getUint32(at + 4) === 0) return startAt(columns, at / 8);
  }
  const first = blocks[0];
  return first === undefined ? [0, 0] : startAt(first.columns, 0);
}

function startAt(columns: Columns, row: number): readonly [low: number, high: number] {
  const starts = words(columns, 'StartTime');
  return [starts[row * 2] ?? 0, starts[row * 2 + 1] ?? 0];
}

type Columns = NativeBlock['columns'];

const wrong = (name: string, column: NativeColumn | undefined): Error =>
  new Error(`column ${name} came as ${column?.kind ?? 'nothing'}`);

function words(columns: Columns, name: string): Uint32Array {
  const column = columns.get(name);
  if (column?.kind !== 'words') throw wrong(name, column);
  return column.values;
}

function bytes(columns: Columns, name: string): Uint8Array {
  const column = columns.get(name);
  if (column?.kind !== 'bytes') throw wrong(name, column);
  return column.bytes;
}

function small(columns: Columns, name: string): Uint8Array {
  const column = columns.get(name);
  if (column?.kind !== 'u8') throw wrong(name, column);
  return column.values;
}

function whole(columns: Columns, name: string): Uint32Array {
  const column = columns.get(name);
  if (column?.kind !== 'u32') throw wrong(name, column);
  return column.values;
}

/** Differences to one start: exact up to 2^53 ns (104 days), whatever the date. */
class Times {
  readonly starts: Float64Array;
  readonly durations: Float64Array;
  lastReceivedMs = 0;
  readonly #baseLow: number;
  readonly #baseHigh: number;

  constructor(size: number, [low, high]: readonly [low: number, high: number]) {
    this.starts = new Float64Array(size);
    this.durations = new Float64Array(size);
    this.#baseLow = low;
    this.#baseHigh = high;
  }

  get baseNanos(): bigint {
    return (BigInt(this.#baseHigh) << 32n) + BigInt(this.#baseLow);
  }

  add(from: number, starts: Uint32Array, durations: Uint32Array): void {
    for (let row = 0, at = 0; at < starts.length; row++, at += 2) {
      this.starts[from + row] =
        ((starts[at + 1] ?? 0) - this.#baseHigh) * WORD + (starts[at] ?? 0) - this.#baseLow;
      this.durations[from + row] = signed(durations, at);
    }
  }

  seen(received: Uint32Array): void {
    for (let at = 0; at < received.length; at += 2)
      this.lastReceivedMs = Math.max(this.lastReceivedMs, signed(received, at));
  }
}

const signed = (words: Uint32Array, at: number): number =>
  ((words[at + 1] ?? 0) | 0) * WORD + (words[at] ?? 0);

class Ids {
  readonly high: Uint32Array;
  readonly low: Uint32Array;

  constructor(size: number) {
    this.high = new Uint32Array(size);
    this.low = new Uint32Array(size);
  }

  add(from: number, ids: Uint8Array): void {
    const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength);
    for (let row = 0, at = 0; at < ids.length; row++, at += 8) {
      this.high[from + row] = view.getUint32(at);
      this.low[from + row] = view.getUint32(at + 4);
    }
  }
}

/** One table of strings for all columns and blocks. */
class Texts {
  readonly strings: string[] = [''];
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #columns: Readonly<Record<TextName, Int32Array>>;

  constructor(size: number) {
    const column = (): Int32Array => new Int32Array(size);
    this.#columns = {
      Service: column(),
      Name: column(),
      Endpoint: column(),
      Peer: column(),
      Outcome: column(),
      Resource: column(),
    };
  }

  column(name: TextName): Int32Array {
    return this.#columns[name];
  }

  add(name: TextName, from: number, column: NativeColumn | undefined): void {
    if (column?.kind !== 'strings') throw wrong(name, column);
    const numbers = Int32Array.from(column.keys, (key) => this.numberOf(key));
    const into = this.#columns[name];
    const { indexes } = column;
    for (let row = 0; row < indexes.length; row++)
      into[from + row] = numbers[indexes[row] ?? 0] ?? 0;
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.strings.length);
    return this.strings.push(text) - 1;
  }
}

const ID_BYTES = 8;

/** Ids of spans in hex. All are written at once: a text made digit by digit costs ten times as much. */
export function spanIds({ size, idHigh, idLow }: StoredSpans): (span: number) => string {
  const bytes = Buffer.allocUnsafe(size * ID_BYTES);
  for (let span = 0; span < size; span++) {
    bytes.writeUInt32BE(idHigh[span] ?? 0, span * ID_BYTES);
    bytes.writeUInt32BE(idLow[span] ?? 0, span * ID_BYTES + 4);
  }
  const hex = bytes.toString('hex');
  const digits = ID_BYTES * 2;
  return (span) => hex.slice(span * digits, span * digits + digits);
}
