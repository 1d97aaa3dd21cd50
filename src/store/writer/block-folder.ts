// DIR/blocks: the files of cuts, from writing to deletion.
//
// A file is written under a name of its own and renamed when its cut is known. After all of them the manifest is
// written, with size and checksum of each; only then may the first be inserted. So a manifest that is there says: some
// of this may be in the engine, insert all of it again under the same tokens. One that is not says: none of it is.

import { randomBytes } from 'node:crypto';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { SIGNALS, type Signal } from '../../base/signal.ts';
import { blockFileName, type Cut, cutName, cutOf, manifestName } from './cut-name.ts';

const PART_ENDING = '.part';
const ID_FILE = 'writer-id';
const READ_BYTES = 1 << 20;

export interface ManifestFile {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly crc32: number;
}

/** What one signal brought to a cut. */
export interface SignalFacts {
  readonly signal: Signal;
  items: number;
  minReceivedAtMs: number;
  maxReceivedAtMs: number;
  /** Items that came late, off by a day or more, with attributes cut off, not valid: see ./items.ts. */
  late: number;
  timeOff: number;
  attributesCut: number;
  damaged: number;
}

export interface Manifest {
  readonly cut: Cut;
  readonly signals: readonly SignalFacts[];
  /** In the order of insertion. */
  readonly files: readonly ManifestFile[];
}

/** A file being written: the blocks of one table, one after another. */
export class BlockFile {
  readonly table: string;
  readonly path: string;
  rows = 0;
  bytes = 0;
  crc = 0;
  readonly #handle: FileHandle;

  constructor(table: string, path: string, handle: FileHandle) {
    this.table = table;
    this.path = path;
    this.#handle = handle;
  }

  /** `native` must not change until this resolves. */
  async append(native: Uint8Array, rows: number): Promise<void> {
    this.crc = crc32(native, this.crc);
    this.rows += rows;
    let at = 0;
    while (at < native.length) {
      const { bytesWritten } = await this.#handle.write(native, at, native.length - at, this.bytes);
      at += bytesWritten;
      this.bytes += bytesWritten;
    }
  }

  async close(sync: boolean): Promise<void> {
    if (sync) await this.#handle.datasync();
    await this.#handle.close();
  }
}

export class BlockFolder {
  /** Tells apart data directories that write into one engine: part of every token. */
  readonly writerId: string;
  readonly #directory: string;
  readonly #sync: boolean;
  #parts = 0;

  private constructor(directory: string, writerId: string, sync: boolean) {
    this.#directory = directory;
    this.writerId = writerId;
    this.#sync = sync;
  }

  /** `sync`: block files are on the disk before they are inserted, so that a power cut doubles nothing. */
  static async open(directory: string, sync: boolean): Promise<BlockFolder> {
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      if (name.endsWith(PART_ENDING)) await rm(join(directory, name), { force: true });
    }
    return new BlockFolder(directory, await writerId(directory), sync);
  }

  path(cut: Cut, table: string): string {
    return join(this.#directory, blockFileName(cut, table));
  }

  async create(table: string): Promise<BlockFile> {
    const path = join(this.#directory, `${++this.#parts}.${table}${PART_ENDING}`);
    return new BlockFile(table, path, await open(path, 'w'));
  }

  /** Names the files after their cut and writes its manifest. */
  async seal(
    cut: Cut,
    signals: readonly SignalFacts[],
    files: readonly BlockFile[],
  ): Promise<Manifest> {
    for (const file of files) {
      await file.close(this.#sync);
      await rename(file.path, this.path(cut, file.table));
    }
    const manifest: Manifest = {
      cut,
      signals,
      files: files.map(({ table, rows, bytes, crc }) => ({ table, rows, bytes, crc32: crc })),
    };
    const path = join(this.#directory, manifestName(cut));
    await writeFile(path + PART_ENDING, JSON.stringify(manifest), { flush: this.#sync });
    await rename(path + PART_ENDING, path);
    if (this.#sync) await this.#syncDirectory();
    return manifest;
  }

  /** Closes and deletes files that were begun and belong to no cut. */
  async discard(files: readonly BlockFile[]): Promise<void> {
    for (const file of files) {
      await file.close(false);
      await rm(file.path, { force: true });
    }
  }

  /** Cuts with a manifest that begin at or after `position`, in order. Everything else in the folder is deleted. */
  async leftovers(position: number): Promise<Cut[]> {
    const found = new Map<string, Cut>();
    const names = await readdir(this.#directory);
    for (const name of names) {
      const cut = cutOf(name);
      if (cut !== undefined && name === manifestName(cut)) found.set(name, cut);
    }
    const chain: Cut[] = [];
    const sorted = [...found.values()].toSorted((a, b) => a.from - b.from);
    for (const cut of sorted) {
      if (cut.from === (chain.at(-1)?.to ?? position)) chain.push(cut);
    }
    const kept = new Set(chain.map(manifestName));
    for (const name of names) {
      const cut = cutOf(name);
      if (cut !== undefined && !kept.has(manifestName(cut))) {
        await rm(join(this.#directory, name), { force: true });
      }
    }
    return chain;
  }

  /** The manifest of a cut whose files are all as they were written; undefined when any of them is not. */
  async verified(cut: Cut): Promise<Manifest | undefined> {
    const text = await readFile(join(this.#directory, manifestName(cut)), 'utf8');
    const manifest = parseManifest(text, cut);
    for (const file of manifest?.files ?? []) {
      if (!(await this.#isIntact(this.path(cut, file.table), file))) return undefined;
    }
    return manifest;
  }

  /** Deletes the files of a cut that is to be written again; its manifest stays, for the cut stays as it is. */
  async removeFiles(cut: Cut): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const isOfCut = name.startsWith(`${cutName(cut)}.`) && name !== manifestName(cut);
      if (isOfCut) await rm(join(this.#directory, name), { force: true });
    }
  }

  /** Deletes a cut whose position is stored. */
  async remove(manifest: Manifest): Promise<void> {
    const { cut, files } = manifest;
    for (const { table } of files) await rm(this.path(cut, table), { force: true });
    await rm(join(this.#directory, manifestName(cut)), { force: true });
  }

  /** Puts the files of a cut that the engine refuses out of the way, for whoever looks into it. */
  async setAside(manifest: Manifest): Promise<string> {
    const target = join(this.#directory, 'refused');
    await mkdir(target, { recursive: true });
    const { cut, files } = manifest;
    const names = [...files.map(({ table }) => blockFileName(cut, table)), manifestName(cut)];
    for (const name of names) await rename(join(this.#directory, name), join(target, name));
    return target;
  }

  async #isIntact(path: string, file: ManifestFile): Promise<boolean> {
    const handle = await open(path, 'r').catch(() => undefined);
    if (handle === undefined) return false;
    try {
      const buffer = new Uint8Array(READ_BYTES);
      let crc = 0;
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
        if (bytesRead === 0) break;
        crc = crc32(buffer.subarray(0, bytesRead), crc);
        bytes += bytesRead;
      }
      return bytes === file.bytes && crc === file.crc32;
    } finally {
      await handle.close();
    }
  }

  async #syncDirectory(): Promise<void> {
    const handle = await open(this.#directory, 'r');
    await handle.sync();
    await handle.close();
  }
}

/** Undefined unless the text is a manifest of the right shape. */
function parseManifest(text: string, cut: Cut): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<Manifest> | null;
    const { files, signals } = manifest ?? {};
    if (!Array.isArray(files) || !Array.isArray(signals)) return undefined;
    if (!files.every(isManifestFile) || !signals.every(isSignalFacts)) return undefined;
    return { cut, files, signals };
  } catch {
    return undefined;
  }
}

const areNumbers = (...values: unknown[]): boolean =>
  values.every((value) => typeof value === 'number');

const isManifestFile = (file: Partial<ManifestFile> | null): boolean =>
  typeof file?.table === 'string' &&
  /^[a-z_]+$/.test(file.table) &&
  areNumbers(file.rows, file.bytes, file.crc32);

const isSignalFacts = (facts: Partial<SignalFacts> | null): boolean =>
  facts !== null &&
  SIGNALS.some((signal) => signal === facts.signal) &&
  areNumbers(facts.items, facts.minReceivedAtMs, facts.maxReceivedAtMs, facts.late) &&
  areNumbers(facts.timeOff, facts.attributesCut, facts.damaged);

async function writerId(directory: string): Promise<string> {
  const path = join(directory, ID_FILE);
  const known = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const id = randomBytes(8).toString('hex');
  await writeFile(path, id, { flush: true });
  return id;
}
