// What is being gathered for the next cut: records in, block files out.
//
// Items go to the builder of their signal. When a builder is full its block is appended to the table's file; when the
// batch is cut the rest follows, then the side tables, which are derived from the same records and nothing else.

import type { LogRecord } from '../../log/contract.ts';
import type { Signal } from '../../base/signal.ts';
import { RESOURCE, SCOPE } from '../../otlp/fields.ts';
import { bytesTag } from '../../otlp/index/scan.ts';
import type { BlockFile, BlockFolder, Manifest, SignalFacts } from './block-folder.ts';
import { type Chunk, chunkRequest } from './chunks.ts';
import type { Cut } from './cut-name.ts';
import type { GroupCache, ResourceEntry, ScopeEntry } from './groups.ts';
import type { BlockFacts, ItemBlock, Place, TableBlock } from './items.ts';
import { ByteBuffer } from './native/byte-buffer.ts';
import type { TableColumns } from './native/columns.ts';
import { latin1 } from './native/dictionary.ts';
import { tableBlock } from './native/native-block.ts';
import type { Completion } from './side/completion.ts';
import { ResourceRows, ScopeRows, StreamRows } from './side/group-rows.ts';
import type { SeriesTable } from './side/series-table.ts';
import type { ServiceNumbers } from './side/service-numbers.ts';
import type { SliceRows } from './side/slice-memory.ts';
import { countAttributes } from './side/count-attributes.ts';
import type { Turns } from './turns.ts';
import { CompletionCounter } from './twin/completion-counter.ts';

const HOUR_SECONDS = 3600;

/** What batches share, one after another. */
export interface BatchParts {
  readonly blocks: Readonly<Record<Signal, ItemBlock>>;
  readonly series: SeriesTable;
  readonly groups: GroupCache;
  readonly completion: Completion;
  readonly services: () => ServiceNumbers;
  readonly folder: BlockFolder;
  readonly turns: Turns;
  readonly onDamaged: (record: LogRecord, error: unknown) => void;
}

interface SeenGroup<T> {
  readonly entry: T;
  readonly items: Map<Signal, number>;
}

export class Batch {
  readonly sliceSeconds: number;
  readonly from: number;
  to: number;
  /** Bytes of requests so far. */
  bytes = 0;
  items = 0;

  readonly #parts: BatchParts;
  readonly #known: SliceRows;
  readonly #files = new Map<string, BlockFile>();
  readonly #facts = new Map<Signal, SignalFacts>();
  readonly #resources = new Map<ResourceEntry, SeenGroup<ResourceEntry>>();
  readonly #scopes = new Map<ScopeEntry, SeenGroup<ScopeEntry>>();
  readonly #peers = new Set<string>();
  #hourSeconds: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param known what the slice has already of side rows. */
  constructor(parts: BatchParts, known: SliceRows, start: Omit<Cut, 'to'>) {
    this.#parts = parts;
    this.#known = known;
    this.from = this.to = start.from;
    this.sliceSeconds = start.sliceSeconds;
  }

  /** A cut lies in one slice, because a slice is a partition, and in one hour, because completion counts by the hour. */
  takes(record: LogRecord, sliceSeconds: number): boolean {
    const hour = this.#hourSeconds ?? hourOf(record.receivedAtMs);
    return sliceSeconds === this.sliceSeconds && hour === hourOf(record.receivedAtMs);
  }

  async add(record: LogRecord): Promise<void> {
    this.#hourSeconds ??= hourOf(record.receivedAtMs);
    const facts = this.#factsOf(record);
    try {
      const bytes = this.#parts.blocks[record.signal].stage(record.bytes);
      for (const chunk of chunkRequest(bytes)) await this.#addChunk(record, bytes, chunk);
    } catch (error) {
      if (isStorageFault(error)) throw error;
      facts.damaged++;
      this.#parts.onDamaged(record, error);
    }
    this.to = record.next;
    this.bytes += record.bytes.length;
    this.items += record.items;
  }

  /** Writes what is left and the side tables, and fixes the cut. */
  async seal(): Promise<Manifest> {
    const cut: Cut = { from: this.from, to: this.to, sliceSeconds: this.sliceSeconds };
    for (const signal of this.#facts.keys()) await this.#finishBlock(signal);
    await this.#writeSideTables();
    await this.#writing;
    const files = [...this.#files.values()].toSorted(
      (a, b) => insertionRank(a.table) - insertionRank(b.table),
    );
    return this.#parts.folder.seal(cut, [...this.#facts.values()], files);
  }

  /** Drops everything gathered, for a stop without a cut. */
  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    for (const block of Object.values(this.#parts.blocks)) if (block.rows > 0) block.finish();
    this.#parts.completion.discard();
    this.#parts.series.discard();
    await this.#parts.folder.discard([...this.#files.values()]);
  }

  async #addChunk(
    { signal, receivedAtMs }: LogRecord,
    bytes: Uint8Array,
    chunk: Chunk,
  ): Promise<void> {
    const { blocks, groups, turns } = this.#parts;
    const block = blocks[signal];
    const resource = groups.resource(bytes, chunk.resource);
    const scope = groups.scope(bytes, chunk.scope);
    const context = { receivedAtMs, sliceSeconds: this.sliceSeconds, resource, scope };
    for (let at = chunk.from; at < chunk.to;) {
      const before = block.rows;
      at = block.add(bytes, at, chunk.to, context);
      seen(this.#resources, resource, signal, block.rows - before);
      seen(this.#scopes, scope, signal, block.rows - before);
      if (at < chunk.to) await this.#finishBlock(signal);
    }
    if (turns.isDue) await turns.yield();
  }

  async #finishBlock(signal: Signal): Promise<void> {
    await this.#writing; // its buffers are about to be used again
    const { tables, facts } = this.#parts.blocks[signal].finish();
    this.#parts.completion.add(signal, facts);
    this.#count(signal, facts);
    this.#writing = this.#write(tables);
    this.#writing.catch(() => undefined); // whoever awaits it next sees the failure
  }

  #count(signal: Signal, facts: BlockFacts): void {
    const sum = this.#facts.get(signal);
    if (sum === undefined) return;
    sum.late += facts.late;
    sum.timeOff += facts.timeOff;
    sum.attributesCut += facts.cut;
    sum.damaged += facts.damaged;
    for (const peer of facts.peers) this.#peers.add(peer);
  }

  async #write(tables: readonly TableBlock[]): Promise<void> {
    for (const { table, rows, native } of tables) {
      const file = this.#files.get(table.name) ?? (await this.#parts.folder.create(table.name));
      this.#files.set(table.name, file);
      await file.append(native, rows);
    }
  }

  async #writeSideTables(): Promise<void> {
    const { completion, series, services, turns } = this.#parts;
    this.#countGroupAttributes();
    const groups = this.#groupRows();
    if (turns.isDue) await turns.yield();
    const numbers = services();
    const receivedAtMs = this.#firstArrivalMs();
    for (const { service } of this.#resources.keys()) {
      numbers.note(latin1(service, 0, service.length), false, receivedAtMs);
    }
    for (const peer of this.#peers) numbers.note(peer, true, receivedAtMs);
    completion.writeRows(this.sliceSeconds, this.#hourSeconds ?? 0);
    if (turns.isDue) await turns.yield();
    await this.#writeColumns([...groups, numbers.takeRows(), completion.keys, completion.values]);
    for (const columns of series.rows(this.sliceSeconds, this.#known, completion)) {
      await this.#writeColumns([columns]);
      if (turns.isDue) await turns.yield();
    }
  }

  #groupRows(): TableColumns[] {
    const resources = new ResourceRows();
    const scopes = new ScopeRows();
    const streams = new StreamRows();
    for (const { entry, items } of this.#resources.values()) {
      if (this.#known.isNew('resources', entry.id)) resources.add(entry, this.sliceSeconds);
      if (items.has('logs') && this.#known.isNew('log_streams', entry.streamId)) {
        streams.add(entry, this.sliceSeconds);
      }
    }
    for (const { entry } of this.#scopes.values()) {
      if (this.#known.isNew('scopes', entry.id)) scopes.add(entry, this.sliceSeconds);
    }
    return [resources.columns, scopes.columns, streams.columns];
  }

  /** An attribute of a resource or scope counts once for each item of it. */
  #countGroupAttributes(): void {
    const count = (
      place: Place,
      tag: number,
      seen: Iterable<SeenGroup<{ readonly message: Uint8Array }>>,
    ): void => {
      for (const { entry, items } of seen) {
        for (const [signal, weight] of items) {
          const counter = new CompletionCounter();
          countAttributes(counter, place, entry.message, tag, weight);
          this.#parts.completion.add(signal, counter.take());
        }
      }
    };
    count('resource', bytesTag(RESOURCE.attributes), this.#resources.values());
    count('scope', bytesTag(SCOPE.attributes), this.#scopes.values());
  }

  async #writeColumns(all: readonly TableColumns[]): Promise<void> {
    await this.#writing;
    const blocks = all
      .filter(({ rows }) => rows > 0)
      .map((columns) => tableBlock(columns, new ByteBuffer()));
    this.#writing = this.#write(blocks);
    await this.#writing;
  }

  #firstArrivalMs(): number {
    return Math.min(...[...this.#facts.values()].map(({ minReceivedAtMs }) => minReceivedAtMs));
  }

  #factsOf(record: LogRecord): SignalFacts {
    const { signal, receivedAtMs, items } = record;
    const known = this.#facts.get(signal);
    const facts = known ?? {
      signal,
      items: 0,
      minReceivedAtMs: receivedAtMs,
      maxReceivedAtMs: receivedAtMs,
      late: 0,
      timeOff: 0,
      attributesCut: 0,
      damaged: 0,
    };
    facts.items += items;
    facts.minReceivedAtMs = Math.min(facts.minReceivedAtMs, receivedAtMs);
    facts.maxReceivedAtMs = Math.max(facts.maxReceivedAtMs, receivedAtMs);
    this.#facts.set(signal, facts);
    return facts;
  }
}

const hourOf = (receivedAtMs: number): number => {
  const seconds = Math.floor(receivedAtMs / 1000);
  return seconds - (seconds % HOUR_SECONDS);
};

/** What others refer to comes first, so that no row is ever seen without its resource or series. */
const INSERTED_FIRST = ['resources', 'scopes', 'log_streams', 'services', 'metric_series'];
const insertionRank = (table: string): number => {
  const rank = INSERTED_FIRST.indexOf(table);
  return rank < 0 ? INSERTED_FIRST.length : rank;
};

function seen<T>(groups: Map<T, SeenGroup<T>>, entry: T, signal: Signal, items: number): void {
  const group = groups.get(entry) ?? { entry, items: new Map<Signal, number>() };
  if (group.items.size === 0) groups.set(entry, group);
  group.items.set(signal, (group.items.get(signal) ?? 0) + items);
}

/** Errors of the file system are not the record's fault. */
const isStorageFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && 'syscall' in error;
