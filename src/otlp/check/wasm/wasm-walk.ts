// The walk of ../walk.ts in WebAssembly: the request is copied into its memory, and what it found is read out of it.

import { type Signal, SIGNALS } from '../../../base/signal.ts';
import { compileWasm, startWasm, type WasmModule } from '../../wasm-module.ts';
import { CHECK_TABLES, type CheckTables, Expect } from '../check-tables.ts';
import type { CheckFault, Walk } from '../walk.ts';

/** What ../assembly/index.ts exports. Pointers and numbers are 32 bits unsigned. */
interface WalkExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  tablesStart(): number;
  inputStart(): number;
  factsStart(): number;
  /** Number of the fault in FAULTS. */
  walk(signal: number, bytes: number, keyValue: number, requiresIds: boolean): number;
}

/** By number in ../assembly/frames.ts. */
const FAULTS: ReadonlyArray<CheckFault | undefined> = [
  undefined,
  'truncated',
  'varint-too-long',
  'bad-wire-type',
  'bad-field-number',
  'wrong-wire-type',
  'bad-packed-length',
  'too-many-items',
  'too-many-groups',
];

const REJECTED = 1;
const DEEP = 2;
const REPEATED = 4;

const PAGE_BYTES = 65_536;
/** What may be read past the end of a request. */
const PADDING_BYTES = 256;
/** Memory never shrinks: after a larger request it is given back, with all that it holds, and made anew. */
const KEPT_BYTES = 16 * 1024 * 1024;
/** Messages a table; ../assembly/index.ts, MESSAGES_MAX. */
const MESSAGES_MAX = 32;
const FIELDS = 32;

const NO_VERDICTS = new Uint8Array(0);

const places = [
  new URL('../walk.wasm', import.meta.url),
  new URL('../../../../dist/otlp/check/walk.wasm', import.meta.url),
];

export class WasmWalk {
  readonly #module: WasmModule;
  #instance: WalkInstance;

  private constructor(module: WasmModule) {
    this.#module = module;
    this.#instance = new WalkInstance(module);
  }

  /** Undefined when the module is not built. */
  static load(): WasmWalk | undefined {
    const module = compileWasm(places);
    return module === undefined ? undefined : new WasmWalk(module);
  }

  walk(signal: Signal, bytes: Uint8Array): Walk {
    const found = this.#instance.walk(signal, bytes);
    if (bytes.length > KEPT_BYTES) this.#instance = new WalkInstance(this.#module);
    return found;
  }
}

class WalkInstance {
  readonly #exports: WalkExports;
  readonly #inputStart: number;
  readonly #factsStart: number;
  #bytes: Uint8Array;
  #view: DataView;

  constructor(module: WasmModule) {
    this.#exports = startWasm<WalkExports>(module, {
      abort: () => {
        throw new Error('walk.wasm was aborted');
      },
    });
    this.#inputStart = this.#exports.inputStart() >>> 0;
    this.#factsStart = this.#exports.factsStart() >>> 0;
    this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    this.#view = new DataView(this.#exports.memory.buffer);
    SIGNALS.forEach((signal, number) => this.#writeTable(number, CHECK_TABLES[signal]));
  }

  walk(signal: Signal, bytes: Uint8Array): Walk {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#inputStart);
    const { keyValue, requiresIds } = CHECK_TABLES[signal];
    const fault = this.#exports.walk(SIGNALS.indexOf(signal), bytes.length, keyValue, requiresIds);
    const fact = (number: number): number =>
      this.#view.getUint32(this.#factsStart + number * 4, true);
    const [items, flags, verdicts] = [fact(0), fact(3), fact(4)];
    const rejected = (flags & REJECTED) !== 0;
    return {
      items,
      groups: fact(1),
      fault: FAULTS[fault],
      offset: fact(2),
      verdicts: rejected ? this.#bytes.slice(verdicts, verdicts + items) : NO_VERDICTS,
      rejected,
      deep: (flags & DEEP) !== 0,
      repeated: (flags & REPEATED) !== 0,
    };
  }

  #makeRoom(bytes: number): void {
    const missing = this.#inputStart + bytes + PADDING_BYTES - this.#bytes.length;
    if (missing <= 0) return;
    const { memory } = this.#exports;
    memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** The entries that ../assembly/index.ts describes. */
  #writeTable(number: number, { expect, once, role }: CheckTables): void {
    if (role.length > MESSAGES_MAX) throw new Error(`${role.length} messages: raise MESSAGES_MAX`);
    const start = (this.#exports.tablesStart() >>> 0) + number * MESSAGES_MAX * FIELDS * 4;
    expect.forEach((expected, slot) => {
      const bit = once[slot] ?? 0;
      const inner = expected < Expect.message ? 0 : (role[expected - Expect.message] ?? 0);
      const entry = [expected, bit === 0 ? 0 : 32 - Math.clz32(bit), inner, wireTypes(expected)];
      this.#bytes.set(entry, start + slot * 4);
    });
  }
}

/** A bit for each wire type but that of bytes. */
function wireTypes(expected: number): number {
  const [varint, fixed64, fixed32] = [1 << 0, 1 << 1, 1 << 5];
  switch (expected) {
    case Expect.unknown:
      return varint | fixed64 | fixed32;
    case Expect.varint:
    case Expect.packedVarint:
      return varint;
    case Expect.fixed64:
    case Expect.packedFixed64:
      return fixed64;
    case Expect.fixed32:
      return fixed32;
    default:
      return 0;
  }
}
