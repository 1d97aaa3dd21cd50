// A real server for tests: the built program in a process of its own, on free ports, with a data directory of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');
const READY_MS = 60_000;

export interface Ports {
  readonly otlpGrpc: number;
  readonly otlpHttp: number;
  readonly http: number;
  readonly health: number;
}

export interface TestServer {
  readonly ports: Ports;
  /** `http://127.0.0.1:PORT` of the UI and the APIs. */
  readonly url: string;
  readonly otlpUrl: string;
  readonly data: string;
  readonly process: ChildProcess;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** SIGTERM and wait; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL and wait. The data directory stays. */
  readonly kill: () => Promise<void>;
  /** GET below the native API. */
  readonly api: <T>(path: string) => Promise<T>;
}

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** An existing data directory; default: a new one, removed by `stop`. */
  readonly data?: string;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'throughline-'));

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const data = options.data ?? temporaryFolder();
  const child = spawn(NODE, [MAIN, ...portFlags, '--data', data, ...(options.args ?? [])], {
    cwd: tmpdir(),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const output = (): string => Buffer.concat(printed).toString();
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  const ports = await readyPorts(data, child, output);
  const url = `http://127.0.0.1:${ports.http}`;
  return {
    ports,
    url,
    otlpUrl: `http://127.0.0.1:${ports.otlpHttp}`,
    data,
    process: child,
    output,
    stop: async () => {
      const code = await end('SIGTERM');
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
      return code;
    },
    kill: async () => {
      await end('SIGKILL');
    },
    api: async <T>(path: string): Promise<T> => {
      const response = await fetch(`${url}/api/throughline/v1${path}`);
      if (!response.ok)
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as T;
    },
  };
}

const portFlags = [
  '--host=127.0.0.1',
  '--otlp-grpc-port=0',
  '--otlp-http-port=0',
  '--http-port=0',
  '--health-port=0',
];

async function readyPorts(data: string, child: ChildProcess, output: () => string): Promise<Ports> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const ports = lockedPorts(data, child.pid);
    if (ports !== undefined && (await isReady(ports.health))) return ports;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not become ready; it printed:\n${output()}`);
}

function lockedPorts(data: string, pid: number | undefined): Ports | undefined {
  try {
    const lock = JSON.parse(readFileSync(join(data, 'lock'), 'utf8')) as {
      pid: number;
      ports?: Ports;
    };
    return lock.pid === pid ? lock.ports : undefined;
  } catch {
    return undefined;
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

/** Asks until the answer satisfies, or throws after `timeoutMs` with the last one. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfied: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (satisfied(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`still not after ${timeoutMs} ms: ${JSON.stringify(value).slice(0, 2000)}`);
    await sleep(200);
  }
}
