// How much waits in a queue that is in memory only, noted in a small file: a process that was killed cannot say any more what
// it lost, the next one can. `<signal>.in-memory` beside the exporter's dead letters; gone after an orderly stop.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Cancel, Clock } from '../clock.ts';

/** What was noted last may be so old. */
const NOTE_MS = 500;

export class MemoryNote {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #items: () => number;
  #cancel: Cancel | undefined;
  #noted = -1;
  #writing: Promise<void> = Promise.resolve();

  /** @param items what waits at present. */
  constructor(path: string, clock: Clock, items: () => number) {
    this.#path = path;
    this.#clock = clock;
    this.#items = items;
  }

  /** @returns items that waited when the process before died, as far as it could note them; undefined: it ended in order. */
  async takeOld(): Promise<number | undefined> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    await rm(this.#path, { force: true });
    if (text === undefined) return undefined;
    const items = Number(text);
    return Number.isFinite(items) ? items : 0;
  }

  start(): void {
    this.#noted = -1;
    this.#cancel ??= this.#clock.every(NOTE_MS, () => this.#note());
    this.#note();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await this.#writing;
    await rm(this.#path, { force: true }).catch(() => undefined);
  }

  /** A disk that fails costs the note, nothing else. */
  #note(): void {
    const items = this.#items();
    if (items === this.#noted) return;
    this.#noted = items;
    this.#writing = this.#writing
      .then(() => mkdir(dirname(this.#path), { recursive: true }))
      .then(() => writeFile(this.#path, String(items)))
      .catch(() => undefined);
  }
}
