// DIR/checkpoints/trace-pass: how far the pass has come, and the batch that is being inserted.
//
// A batch is first written whole: block files, then a manifest with their tokens and the checkpoint that holds afterwards.
// Only then is it inserted, under the manifest's tokens; then the checkpoint is stored, then the batch is deleted. So after
// any crash a manifest that is there is inserted again, which changes nothing that was in; one that is not there says that
// nothing of it is in, and its traces are read again.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PassBlock } from './pass-blocks.ts';

export interface Checkpoint {
  /** Blocks up to this one were read. */
  readonly readTo: number;
  /** Spans of traces that were open then are after this block. */
  readonly replayAfter: number;
  /** One trace in so many was looked at. */
  readonly factor: number;
  /** Counts over the life of the data directory. */
  readonly closedTraces: number;
  readonly lateSpans: number;
}

const FIRST_CHECKPOINT: Checkpoint = {
  readTo: 0,
  replayAfter: 0,
  factor: 1,
  closedTraces: 0,
  lateSpans: 0,
};

export interface PassBatch {
  readonly files: ReadonlyArray<{ readonly table: string; readonly token: string }>;
  readonly after: Checkpoint;
}

const CHECKPOINT = 'checkpoint.json';
const MANIFEST = 'batch.json';

export class CheckpointFolder {
  readonly #directory: string;
  /** Part of every token: numbers begin again with each start. */
  readonly #run = randomBytes(8).toString('hex');
  #batches = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(dataDirectory: string): Promise<CheckpointFolder> {
    const directory = join(dataDirectory, 'checkpoints', 'trace-pass');
    await mkdir(directory, { recursive: true });
    return new CheckpointFolder(directory);
  }

  path(table: string): string {
    return join(this.#directory, `${table}.native`);
  }

  async checkpoint(): Promise<Checkpoint> {
    const stored = await this.#readJson(CHECKPOINT);
    return stored === undefined ? FIRST_CHECKPOINT : { ...FIRST_CHECKPOINT, ...stored };
  }

  /** The batch that a crash interrupted, if any. */
  async pending(): Promise<PassBatch | undefined> {
    const stored = await this.#readJson(MANIFEST);
    return stored === undefined ? undefined : (stored as unknown as PassBatch);
  }

  async seal(blocks: readonly PassBlock[], after: Checkpoint): Promise<PassBatch> {
    const number = ++this.#batches;
    for (const { table, bytes } of blocks) await this.#write(`${table}.native`, bytes);
    const files = blocks.map(({ table }) => ({
      table,
      token: `trace-pass:${this.#run}:${number}:${table}`,
    }));
    const batch: PassBatch = { files, after };
    await this.#write(MANIFEST, Buffer.from(JSON.stringify(batch)));
    return batch;
  }

  /** The batch is in: its checkpoint holds, its files go. */
  async commit(batch: PassBatch): Promise<void> {
    await this.store(batch.after);
    await rm(join(this.#directory, MANIFEST), { force: true });
    for (const { table } of batch.files) await rm(this.path(table), { force: true });
  }

  async store(checkpoint: Checkpoint): Promise<void> {
    await this.#write(CHECKPOINT, Buffer.from(JSON.stringify(checkpoint)));
  }

  /** Keeps a batch that the engine refuses, for a person to look at. */
  async setAside(batch: PassBatch): Promise<string> {
    const aside = join(this.#directory, `refused-${Date.now()}`);
    await mkdir(aside, { recursive: true });
    for (const name of await readdir(this.#directory)) {
      if (name.endsWith('.native') || name === MANIFEST)
        await rename(join(this.#directory, name), join(aside, name));
    }
    await this.store(batch.after);
    return aside;
  }

  async #readJson(name: string): Promise<object | undefined> {
    let text: string;
    try {
      text = await readFile(join(this.#directory, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  }

  /** Whole or not at all, and on the disk before anything that relies on it. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.#directory, name);
    const file = await open(`${path}.part`, 'w');
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
  }
}
