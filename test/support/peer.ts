// Programs of others, built by bench/peers/backends/build.sh, on free ports with folders of their own.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './server.ts';

const BIN = resolve(import.meta.dirname, '..', '..', '.cache', 'peers', 'bin');
const READY_WITHIN_MS = 90_000; // Loki says itself that it waits for 15 s

export type PeerName = 'jaeger' | 'loki' | 'prometheus';

export const hasPeer = (name: PeerName): boolean => existsSync(join(BIN, name));

export interface Peer {
  /** Its HTTP API. */
  readonly url: string;
  /** As JSON, below `url`. */
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

export interface PeerStart {
  readonly name: PeerName;
  readonly httpPort: number;
  /** Answers 2xx when it is ready. */
  readonly readyPath: string;
  readonly config: (folder: string) => string;
  readonly args: (configFile: string, folder: string) => readonly string[];
}

export async function startPeer(start: PeerStart): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), `throughline-${start.name}-`));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, start.config(folder));
  const child = spawn(join(BIN, start.name), start.args(file, folder), { cwd: folder });
  const printed: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => printed.push(piece));
  child.stderr.on('data', (piece: Buffer) => printed.push(piece));
  const url = `http://127.0.0.1:${start.httpPort}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually(
      () => isOk(`${url}${start.readyPath}`),
      (ready) => ready || child.exitCode !== null,
      READY_WITHIN_MS,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  if (child.exitCode !== null) {
    throw new Error(
      `${start.name} ended with ${child.exitCode}:\n${String(Buffer.concat(printed))}`,
    );
  }
  return {
    url,
    stop,
    get: async <T>(path: string): Promise<T> => {
      const answer = await fetch(`${url}${path}`);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await exited;
}

const isOk = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
