// The stored positions of all readers, in one file of two slots that are written in turn and never grow: where the disk
// is full, readers can still move on, and thereby free it. A slot cut short by a power cut fails its checksum, and the
// other one, a step older, counts.
//
// Slot: CRC-32 of what follows (u32), length of the JSON (u32), sequence number (f64), JSON {name: position}.

import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AppError } from '../base/app-error.ts';
import type { Position } from './contract.ts';

/** Room for about 500 readers; a pipeline is one. */
const SLOT_BYTES = 32 * 1024;
const SLOT_HEADER_BYTES = 16;

export class ReaderPositions {
  readonly #stored: Map<string, Position>;
  readonly #wanted: Map<string, Position>;
  readonly #path: string;
  readonly #sync: boolean;
  #sequence: number;
  #writing: Promise<void> | undefined;

  private constructor(
    path: string,
    sync: boolean,
    sequence: number,
    stored: ReadonlyMap<string, Position>,
  ) {
    this.#path = path;
    this.#sync = sync;
    this.#sequence = sequence;
    this.#stored = new Map(stored);
    this.#wanted = new Map(stored);
  }

  static async open(path: string, sync: boolean): Promise<ReaderPositions> {
    const file = await open(path, 'r+').catch(() => open(path, 'w+'));
    const bytes = Buffer.alloc(2 * SLOT_BYTES);
    try {
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      // Takes its room now, while there is some.
      if (bytesRead < bytes.length) await file.write(bytes, bytesRead, undefined, bytesRead);
    } finally {
      await file.close();
    }
    const slots = [decodeSlot(bytes, 0), decodeSlot(bytes, SLOT_BYTES)]
      .filter((slot) => slot !== undefined)
      .toSorted((a, b) => b.sequence - a.sequence);
    const newest = slots[0];
    return new ReaderPositions(path, sync, newest?.sequence ?? 0, newest?.positions ?? new Map());
  }

  get(name: string): Position | undefined {
    return this.#stored.get(name);
  }

  entries(): IterableIterator<[string, Position]> {
    return this.#stored.entries();
  }

  /** Registers a reader in memory; it is stored with the first commit of any. */
  add(name: string, position: Position): void {
    if (this.#stored.has(name)) return;
    this.#stored.set(name, position);
    this.#wanted.set(name, position);
  }

  /** Resolves when the position is stored. A position behind the stored one changes nothing. */
  async commit(name: string, position: Position): Promise<void> {
    if (position <= (this.#wanted.get(name) ?? -1)) {
      await this.#writing;
      return;
    }
    this.#wanted.set(name, position);
    await this.#write();
  }

  /** Stores all names that were added, with their positions. */
  async store(): Promise<void> {
    await this.#write();
  }

  async forget(name: string): Promise<void> {
    if (this.#wanted.delete(name)) await this.#write();
  }

  /** One write at a time; commits that come meanwhile share the next one. */
  async #write(): Promise<void> {
    while (this.#writing !== undefined) {
      const before = this.#sequence;
      await this.#writing;
      // Another one that waited may have begun a write that carries ours.
      if (this.#sequence > before) break;
    }
    this.#writing ??= this.#writeSlot().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #writeSlot(): Promise<void> {
    await Promise.resolve(); // lets commits of this tick join
    const taken = new Map(this.#wanted);
    const sequence = ++this.#sequence;
    try {
      const slot = encodeSlot(sequence, taken);
      await this.#writeAt(slot, (sequence % 2) * SLOT_BYTES);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('LOG_POSITION_NOT_STORED', {
        message: `The position of a reader of the log could not be stored (${describe(cause)}). It is tried again; after a restart before that, some records are read a second time.`,
        cause,
        retryable: true,
      });
    }
    this.#stored.clear();
    for (const [name, position] of taken) this.#stored.set(name, position);
  }

  /** Commits are a few a second and go on after the log is closed, so the file is opened for each. */
  async #writeAt(bytes: Buffer, offset: number): Promise<void> {
    const file = await open(this.#path, 'r+');
    try {
      await file.write(bytes, 0, bytes.length, offset);
      if (this.#sync) await file.datasync();
    } finally {
      await file.close();
    }
  }
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

function encodeSlot(sequence: number, positions: ReadonlyMap<string, Position>): Buffer {
  const json = Buffer.from(JSON.stringify(Object.fromEntries(positions)));
  const slot = Buffer.alloc(SLOT_HEADER_BYTES + json.length);
  if (slot.length > SLOT_BYTES) {
    throw new AppError('LOG_TOO_MANY_READERS', {
      message: `The log has ${positions.size} readers, whose names and positions do not fit into ${SLOT_BYTES} B. Use fewer pipelines or shorter names.`,
    });
  }
  slot.writeUInt32LE(json.length, 4);
  slot.writeDoubleLE(sequence, 8);
  slot.set(json, SLOT_HEADER_BYTES);
  slot.writeUInt32LE(crc32(slot.subarray(4)), 0);
  return slot;
}

function decodeSlot(
  bytes: Buffer,
  start: number,
): { sequence: number; positions: Map<string, Position> } | undefined {
  const length = bytes.readUInt32LE(start + 4);
  const jsonStart = start + SLOT_HEADER_BYTES;
  if (length === 0 || length > SLOT_BYTES - SLOT_HEADER_BYTES) return undefined;
  const crc = crc32(bytes.subarray(start + 4, jsonStart + length));
  if (crc !== bytes.readUInt32LE(start)) return undefined;
  const parsed: unknown = JSON.parse(bytes.toString('utf8', jsonStart, jsonStart + length));
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const positions = new Map<string, Position>();
  for (const [name, position] of Object.entries(parsed)) {
    if (typeof position === 'number') positions.set(name, position);
  }
  return { sequence: bytes.readDoubleLE(start + 8), positions };
}
