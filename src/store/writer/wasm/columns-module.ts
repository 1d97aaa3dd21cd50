// columns.wasm: its exports, its memory, and what it asks for.

import { randomBytes } from 'node:crypto';
import { AppError } from '../../../base/app-error.ts';
import { compileWasm, startWasm, type WasmModule } from '../../../otlp/wasm-module.ts';
import { SPAN_PART_NAMES } from '../span-terms.ts';
import { powersOfTen } from './powers-of-ten.ts';

/** What ../assembly/index.ts exports. Pointers and numbers are 32 bits unsigned, but come back signed: `>>> 0`. */
export interface ColumnsExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  setSeed(seed: bigint): void;
  setPartNames(count: number): void;
  setContext(
    receivedAtMs: number,
    sliceSeconds: number,
    resourceId: bigint,
    scopeId: bigint,
    streamId: bigint,
    serviceBytes: number,
  ): void;
  inputStart(): number;
  inputBytes(): number;
  serviceStart(): number;
  powersOfTenStart(): number;
  partNamesStart(): number;
  add(kind: number, from: number, to: number): number;
  stoppedAt(): number;
  rowsOf(kind: number): number;
  rowsOfTable(table: number): number;
  describeColumns(table: number): number;
  clear(kind: number): void;
  takeCounts(): number;
  traceTimes(): number;
  peerStrings(): number;
  placeCounts(place: number): number;
  valueCounts(kind: number): number;
  activeSeries(): number;
  setSeries(slot: number, id: bigint): void;
  forgetSeries(): void;
  seriesCount(): number;
}

/** What metrics ask for while they are read; ranges are offsets into the input. */
export interface SeriesHost {
  /** The slot of a new series; undefined when the point is not valid. */
  newSeries(metricFrom: number, metricTo: number, from: number, to: number): number | undefined;
  /** False when the exemplar is not valid. */
  exemplar(from: number, to: number, slot: number, pointTime: bigint): boolean;
}

const NO_SERIES = 0xffff_ffff;

const places = [
  new URL('../columns.wasm', import.meta.url),
  new URL('../../../../dist/store/writer/columns.wasm', import.meta.url),
];

let compiled: WasmModule | undefined;

function compile(): WasmModule {
  const module = compileWasm(places);
  if (module !== undefined) return module;
  throw new AppError('STORE_WASM_MISSING', {
    message: 'columns.wasm is not built. Run "node tools/scripts/build-wasm.mjs".',
  });
}

export class ColumnsModule {
  readonly exports: ColumnsExports;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly inputBytes: number;
  /** Set before metrics are added. */
  host: SeriesHost | undefined;
  readonly #inputStart: number;
  readonly #serviceStart: number;
  /** The request that the input holds whole. */
  #staged: Uint8Array | undefined;

  constructor() {
    compiled ??= compile();
    this.exports = startWasm<ColumnsExports>(compiled, this.#imports());
    // Memory never grows after the start, so that views stay valid.
    this.bytes = new Uint8Array(this.exports.memory.buffer);
    this.view = new DataView(this.exports.memory.buffer);
    this.#inputStart = this.exports.inputStart();
    this.inputBytes = this.exports.inputBytes();
    this.#serviceStart = this.exports.serviceStart();
    this.exports.setSeed(randomBytes(8).readBigUInt64LE());
    this.bytes.set(powersOfTen(), this.exports.powersOfTenStart());
    this.#setPartNames();
  }

  /** A copy of the request in the input, or the request itself where it is too large. */
  stage(request: Uint8Array): Uint8Array {
    if (request.length > this.inputBytes) return request;
    this.#staged = this.#fill(request);
    return this.#staged;
  }

  isStaged(request: Uint8Array): boolean {
    return request === this.#staged;
  }

  /** Puts a piece into the input. */
  load(piece: Uint8Array): void {
    if (piece.buffer === this.bytes.buffer) throw new Error('this request is staged no longer');
    this.#staged = undefined;
    this.#fill(piece);
  }

  #fill(bytes: Uint8Array): Uint8Array {
    this.bytes.set(bytes, this.#inputStart);
    return this.range(this.#inputStart, bytes.length);
  }

  setService(service: Uint8Array): void {
    this.bytes.set(service, this.#serviceStart);
  }

  uint32(at: number): number {
    return this.view.getUint32(at, true);
  }

  range(start: number, length: number): Uint8Array {
    return this.bytes.subarray(start, start + length);
  }

  #imports(): object {
    return {
      abort: () => {
        throw new Error('columns.wasm was aborted');
      },
      newSeries: (...ranges: [number, number, number, number]) =>
        this.host?.newSeries(...ranges) ?? NO_SERIES,
      exemplar: (from: number, to: number, slot: number, time: bigint) =>
        this.host?.exemplar(from, to, slot, BigInt.asUintN(64, time)) === true ? 1 : 0,
    };
  }

  #setPartNames(): void {
    let at = this.exports.partNamesStart();
    for (const { name, part, rank } of SPAN_PART_NAMES) {
      this.bytes.set([part, rank, name.length], at);
      this.bytes.set(Buffer.from(name, 'latin1'), at + 3);
      at += 3 + name.length;
    }
    this.exports.setPartNames(SPAN_PART_NAMES.length);
  }
}
