// A journal as a file: entries with length and checksum, one after the other. What a crash cut off at the end is ignored.
//
//   u32 length · u32 CRC-32 of the entry · the entry

import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError } from '../base/app-error.ts';
import type { Clock } from './clock.ts';
import type { Journal } from './journal-contract.ts';

const HEAD_BYTES = 8;
/** A crash forgets the entries of this time: what was decided then is decided again. */
const FLUSH_MS = 20;
/** An entry is an id or a few; more than this was not written by us. */
const MAX_ENTRY_BYTES = 1024 * 1024;

export async function openJournal(path: string, clock: Clock): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  const { entries, end } = parse(await readFile(path));
  await file.truncate(end);
  return new FileJournal(path, file, clock, entries, end);
}

class FileJournal implements Journal {
  readonly #path: string;
  readonly #clock: Clock;
  #file: FileHandle;
  #found: Uint8Array[] | undefined;
  #size: number;
  #pending: Buffer[] = [];
  #timer = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, file: FileHandle, clock: Clock, found: Uint8Array[], size: number) {
    this.#path = path;
    this.#file = file;
    this.#clock = clock;
    this.#found = found;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  async entries(): Promise<Uint8Array[]> {
    await this.flush();
    const found = this.#found ?? parse(await readFile(this.#path)).entries;
    this.#found = undefined; // kept for the first reader only
    return found;
  }

  append(entry: Uint8Array): void {
    this.#found = undefined;
    const framed = frame(entry);
    this.#size += framed.length;
    this.#pending.push(framed);
    if (this.#timer) return;
    this.#timer = true;
    this.#clock.after(FLUSH_MS, () => {
      this.#timer = false;
      // A write that fails is seen by whoever waits for it; what is decided meanwhile is decided all the same.
      this.flush().catch(() => undefined);
    });
  }

  flush(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (pending.length > 0) await this.#file.appendFile(Buffer.concat(pending));
      })
      .catch((cause: unknown) => {
        throw new AppError('JOURNAL_NOT_WRITTEN', {
          message: `${this.#path} could not be written (${String(cause)}). After a crash, some decisions may be made a second time. Look at the disk.`,
          cause,
          retryable: true,
        });
      });
    return this.#writing;
  }

  async replace(entries: Iterable<Uint8Array>): Promise<void> {
    await this.flush();
    const bytes = Buffer.concat([...entries].map(frame));
    const next = `${this.#path}.new`;
    await writeFile(next, bytes);
    await rename(next, this.#path);
    await this.#file.close();
    this.#file = await open(this.#path, 'a+');
    this.#size = bytes.length;
    this.#found = undefined;
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }
}

function frame(entry: Uint8Array): Buffer {
  const framed = Buffer.alloc(HEAD_BYTES + entry.length);
  framed.writeUInt32LE(entry.length, 0);
  framed.writeUInt32LE(crc32(entry), 4);
  framed.set(entry, HEAD_BYTES);
  return framed;
}

/** Whole entries from the front, and where they end. */
function parse(bytes: Buffer): { entries: Uint8Array[]; end: number } {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEAD_BYTES + length;
    if (length > MAX_ENTRY_BYTES || end > bytes.length) break;
    const entry = bytes.subarray(at + HEAD_BYTES, end);
    if (crc32(entry) !== bytes.readUInt32LE(at + 4)) break;
    entries.push(entry);
    at = end;
  }
  return { entries, end: at };
}
