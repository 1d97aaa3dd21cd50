// Which segments there are, how large they are together, and which can go.

import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Position } from './contract.ts';
import { HEADER_BYTES, segmentName } from './segment-file.ts';

/** Distance of the marks by which a position's time is found: ages are exact to what arrives in this many bytes. */
const MARK_BYTES = 1024 * 1024;

interface Mark {
  readonly position: Position;
  readonly receivedAtMs: number;
}

export class Segment {
  readonly base: Position;
  /** Behind the last good record. */
  end: Position;
  /** Receive time of the newest record. */
  newestMs: number;
  readonly #marks: Mark[] = [];

  constructor(base: Position, end: Position, newestMs: number) {
    this.base = base;
    this.end = end;
    this.newestMs = newestMs;
  }

  get fileBytes(): number {
    return this.end - this.base + HEADER_BYTES;
  }

  grow(position: Position, next: Position, receivedAtMs: number): void {
    const last = this.#marks.at(-1);
    if (last === undefined || position - last.position >= MARK_BYTES) {
      this.#marks.push({ position, receivedAtMs });
    }
    this.end = next;
    this.newestMs = receivedAtMs;
  }

  timeAt(position: Position): number {
    return this.#marks.findLast((mark) => mark.position <= position)?.receivedAtMs ?? this.newestMs;
  }
}

export class Segments {
  readonly folder: string;
  /** Ascending; the last one may be being written. */
  readonly #list: Segment[];

  constructor(folder: string, list: readonly Segment[]) {
    this.folder = folder;
    this.#list = [...list];
  }

  get totalBytes(): number {
    let sum = 0;
    for (const segment of this.#list) sum += segment.fileBytes;
    return sum;
  }

  get oldest(): Segment | undefined {
    return this.#list[0];
  }

  get newest(): Segment | undefined {
    return this.#list.at(-1);
  }

  add(segment: Segment): void {
    this.#list.push(segment);
  }

  path(segment: Segment): string {
    return join(this.folder, segmentName(segment.base));
  }

  /** The segment that holds the first record at or behind `position`. */
  at(position: Position): Segment | undefined {
    return this.#list.find((segment) => segment.end > position);
  }

  /** Bytes of records at or behind `position`; jumps between segments do not count. */
  bytesFrom(position: Position): number {
    let sum = 0;
    for (const { base, end } of this.#list) sum += Math.max(0, end - Math.max(base, position));
    return sum;
  }

  /** Deletes finished segments that end at or before `position`; returns how many. */
  async dropBefore(position: Position, active: Segment | undefined): Promise<number> {
    let dropped = 0;
    for (;;) {
      const first = this.#list[0];
      if (first === undefined || first === active || first.end > position) return dropped;
      this.#list.shift();
      dropped++;
      await rm(this.path(first), { force: true });
    }
  }
}

/** Bytes of records in a file of this size, header apart. */
export const dataBytes = async (path: string): Promise<{ bytes: number; modifiedMs: number }> => {
  const { size, mtimeMs } = await stat(path);
  return { bytes: Math.max(0, size - HEADER_BYTES), modifiedMs: mtimeMs };
};
