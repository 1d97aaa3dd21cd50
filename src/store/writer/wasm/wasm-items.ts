// Items to rows in WebAssembly: the same contract as the twin, and the same bytes. What the fast form leaves aside (an
// item of more than 64 KiB, a service name of more than 32 KiB, metrics that are not gauges or sums) goes through the
// twin into a block of its own; a file may hold several.

import { scan, scanField } from '../../../otlp/index/scan.ts';
import type { Table } from '../../schema/table.ts';
import type { BlockFacts, FinishedBlock, ItemBlock, ItemContext, TableBlock } from '../items.ts';
import { ByteBuffer } from '../native/byte-buffer.ts';
import { TableColumns } from '../native/columns.ts';
import { tableBlock } from '../native/native-block.ts';
import { damaged } from '../wire.ts';
import type { ColumnsModule } from './columns-module.ts';
import { loadColumns } from './loaded-columns.ts';

/** Numbers of signals in ../assembly; the signal's first table has the same number. */
export const Kind = { spans: 0, logs: 1, metrics: 2 } as const;

const Stop = { end: 0, full: 1, left: 2, damaged: 3 } as const;

const SERVICE_BYTES_MAX = 32 * 1024;

export abstract class WasmItems implements ItemBlock {
  protected readonly module: ColumnsModule;
  protected readonly twin: ItemBlock;
  protected sliceSeconds = 0;
  readonly #kind: number;
  readonly #columns: TableColumns;
  readonly #out = new ByteBuffer(1 << 16);
  readonly #counts = { late: 0, timeOff: 0, cut: 0, damaged: 0 };

  protected constructor(module: ColumnsModule, kind: number, table: Table, twin: ItemBlock) {
    this.module = module;
    this.twin = twin;
    this.#kind = kind;
    this.#columns = new TableColumns(table);
  }

  get rows(): number {
    return this.module.exports.rowsOf(this.#kind) + this.twin.rows;
  }

  stage(request: Uint8Array): Uint8Array {
    return this.module.stage(request);
  }

  add(bytes: Uint8Array, from: number, to: number, context: ItemContext): number {
    this.sliceSeconds = context.sliceSeconds;
    const { service } = context.resource;
    if (service.length > SERVICE_BYTES_MAX) return this.twin.add(bytes, from, to, context);
    this.#setContext(context);
    for (let at = from; at < to;) {
      const staged = this.module.isStaged(bytes);
      const end = staged ? to : this.#pieceEnd(bytes, at, to);
      const offset = staged ? 0 : at;
      const reason = end === at ? Stop.left : this.#addPiece(bytes, { at, end, offset }, context);
      if (end > at) at = offset + this.module.exports.stoppedAt();
      if (reason === Stop.full) return at;
      if (reason === Stop.damaged) throw damaged('the fields of a scope');
      if (reason === Stop.left) {
        const after = fieldEnd(bytes, at, to);
        if (this.twin.add(bytes, at, after, context) < after) return at;
        at = after;
      }
    }
    return to;
  }

  finish(): FinishedBlock {
    const { exports } = this.module;
    loadColumns(this.#columns, this.#kind, this.module);
    const tables = [tableBlock(this.#columns, this.#out), ...this.finishOthers()];
    const facts = { ...this.readFacts(), ...this.#counts };
    Object.assign(this.#counts, { late: 0, timeOff: 0, cut: 0, damaged: 0 });
    exports.clear(this.#kind);
    const twin = this.twin.finish();
    return {
      tables: [...tables.filter((block) => block.rows > 0), ...twin.tables],
      facts: joinFacts(facts, twin.facts),
    };
  }

  /** Completion counts and peers of the block. */
  protected abstract readFacts(): Pick<BlockFacts, 'keys' | 'values' | 'peers'>;

  protected finishOthers(): TableBlock[] {
    return [];
  }

  /** Called before each piece, with where the input stands in the request. */
  protected beginPiece(_bytes: Uint8Array, _offset: number, _context: ItemContext): void {}

  #setContext({ receivedAtMs, sliceSeconds, resource, scope }: ItemContext): void {
    const { service, streamId } = resource;
    this.module.setService(service);
    this.module.exports.setContext(
      receivedAtMs,
      sliceSeconds,
      resource.id,
      scope.id,
      streamId,
      service.length,
    );
  }

  /** The end of as many whole fields as fit into the input; `from` when the first does not. */
  #pieceEnd(bytes: Uint8Array, from: number, to: number): number {
    if (to - from <= this.module.inputBytes) return to;
    let end = from;
    while (end < to) {
      const next = fieldEnd(bytes, end, to);
      if (next - from > this.module.inputBytes) break;
      end = next;
    }
    return end;
  }

  /** `offset`: where the input begins in the request. */
  #addPiece(
    bytes: Uint8Array,
    { at: from, end: to, offset }: { at: number; end: number; offset: number },
    context: ItemContext,
  ): number {
    const { module } = this;
    if (!module.isStaged(bytes)) module.load(bytes.subarray(from, to));
    this.beginPiece(bytes, offset, context);
    const reason = module.exports.add(this.#kind, from - offset, to - offset);
    const at = module.exports.takeCounts() >>> 0;
    this.#counts.late += module.uint32(at);
    this.#counts.timeOff += module.uint32(at + 4);
    this.#counts.cut += module.uint32(at + 8);
    this.#counts.damaged += module.uint32(at + 12);
    return reason;
  }
}

function fieldEnd(bytes: Uint8Array, at: number, limit: number): number {
  scanField(bytes, at, limit);
  return scan.end;
}

function joinFacts(a: BlockFacts, b: BlockFacts): BlockFacts {
  return {
    keys: [...a.keys, ...b.keys],
    values: [...a.values, ...b.values],
    peers: [...new Set([...a.peers, ...b.peers])],
    late: a.late + b.late,
    timeOff: a.timeOff + b.timeOff,
    cut: a.cut + b.cut,
    damaged: a.damaged + b.damaged,
  };
}
