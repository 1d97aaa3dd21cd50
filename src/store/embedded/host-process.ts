// One life of the engine host: start, connect, watch, end. What follows a death is embedded-engine.ts's business.

import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../base/app-error.ts';
import { FrameReader } from './frames.ts';
import { HostConnection } from './host-connection.ts';
import { FrameKind, fromErrorMessage, type Order, type Report } from './protocol.ts';

export interface HostOptions {
  /** The engine's part of the data directory: `db/`, `config.xml`, the socket. */
  readonly directory: string;
  readonly configPath: string;
  readonly memoryLimitBytes: number;
  readonly readers: number;
}

/** `sun_path` holds 104 bytes on macOS and 108 on Linux. */
const MAX_SOCKET_PATH_BYTES = 100;
/** Opening takes 0.1–0.6 s; a thousand parts on a slow disk take longer. */
const OPEN_TIMEOUT_MS = 60_000;
/** The host cuts itself off after 1 s; then it is not answering at all. */
const CLOSE_TIMEOUT_MS = 3_000;
const STDERR_LINES = 20;
const STDERR_LINE_CHARACTERS = 500;

// Type stripping runs host.ts in development; `new URL` is not rewritten by the compiler, so the ending is taken over.
const HOST_MODULE = fileURLToPath(
  new URL(`./host${extname(import.meta.filename)}`, import.meta.url),
);

export class HostProcess {
  readonly connection: HostConnection;
  readonly version: string;
  readonly pid: number;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;

  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    connection: HostConnection,
    version: string,
    ended: Promise<string>,
  ) {
    this.#child = child;
    this.connection = connection;
    this.version = version;
    this.pid = child.pid ?? 0;
    this.ended = ended;
  }

  /** Throws `ENGINE_NOT_INSTALLED`, `ENGINE_DIRECTORY_LOCKED` or `ENGINE_START_FAILED`. */
  static async start(options: HostOptions): Promise<HostProcess> {
    const socketPlace = await placeForSocket(options.directory);
    const secret = randomUUID();
    const server = createServer();
    const child = spawnHost(options.directory);
    const stderr = keepLastLines(child);
    const ended = whenEnded(child, stderr);
    try {
      server.listen(socketPlace.path);
      await once(server, 'listening');
      await chmod(socketPlace.path, 0o600);
      const connected = acceptHost(server, secret);
      connected.catch(() => undefined); // looked at below, if the host opens at all
      const order: Order = {
        kind: 'open',
        databasePath: join(options.directory, 'db'),
        configPath: options.configPath,
        socketPath: socketPlace.path,
        secret,
        memoryLimitBytes: options.memoryLimitBytes,
        readers: options.readers,
      };
      child.send(order);
      const version = await opened(child, ended, stderr);
      return new HostProcess(child, await connected, version, ended);
    } catch (error) {
      child.kill('SIGKILL');
      await ended;
      throw error;
    } finally {
      server.close();
      await socketPlace.remove();
    }
  }

  /** Asks the host to end; after a while it is killed. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.send({ kind: 'close' } satisfies Order);
    const timer = setTimeout(() => this.kill(), CLOSE_TIMEOUT_MS);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function spawnHost(cwd: string): ChildProcess {
  // No NODE_OPTIONS: a debugger or an instrumentation is meant for the server, not for its engine.
  const { NODE_OPTIONS: _, ...environment } = process.env;
  const child = fork(HOST_MODULE, [], {
    // The engine takes its time zone from TZ; its calls block threads of libuv's pool, four by default.
    env: { ...environment, TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
    execArgv: [],
    cwd, // not the server's, which may be gone one day
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.on('error', () => undefined); // a message to a host that has just died; its end is reported
  return child;
}

interface SocketPlace {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Beside the engine's files, or, where that path is too long for a socket, in a temporary folder of its own. */
async function placeForSocket(directory: string): Promise<SocketPlace> {
  const path = join(directory, 'host.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) {
    await rm(path, { force: true });
    return { path, remove: async () => rm(path, { force: true }) };
  }
  const folder = await mkdtemp(join(tmpdir(), 'throughline-'));
  return {
    path: join(folder, 'host.sock'),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

/** The first connection that knows the secret. */
async function acceptHost(server: Server, secret: string): Promise<HostConnection> {
  const { promise, resolve } = Promise.withResolvers<HostConnection>();
  server.on('connection', (socket: Socket) => {
    const reader = new FrameReader();
    socket.on('error', () => undefined); // the child's end says why
    const onData = (chunk: Buffer): void => {
      for (const frame of reader.push(chunk)) {
        socket.off('data', onData);
        const known =
          frame.kind === FrameKind.hello && Buffer.from(frame.body).toString() === secret;
        if (known) resolve(new HostConnection(socket, reader));
        else socket.destroy();
        return;
      }
    };
    socket.on('data', onData);
  });
  return promise;
}

async function opened(
  child: ChildProcess,
  ended: Promise<string>,
  stderr: () => string,
): Promise<string> {
  const reported = new Promise<Report>((resolve) => child.once('message', resolve));
  const slow = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => slow.resolve(`it did not open within ${OPEN_TIMEOUT_MS / 1000} s`),
    OPEN_TIMEOUT_MS,
  );
  try {
    const outcome = await Promise.race([reported, ended, slow.promise]);
    if (typeof outcome === 'string') throw startFailed(outcome, stderr());
    if (outcome.kind === 'opened') return outcome.version;
    await Promise.race([ended, slow.promise]); // its last lines carry the cause
    const { error } = outcome;
    throw error.code === 'ENGINE_FAILED'
      ? startFailed(error.message, stderr())
      : fromErrorMessage(error);
  } finally {
    clearTimeout(timer);
  }
}

/** chdb says only "Failed to create connection"; that the directory is in use stands on stderr (code 76). */
const LOCKED = /Code: 76\b|Cannot lock file|Another server instance/;

const startFailed = (reason: string, stderr: string): AppError =>
  LOCKED.test(stderr)
    ? new AppError('ENGINE_DIRECTORY_LOCKED', {
        message:
          'Another process has the engine’s files open: an engine host that is still ending, or a second server ' +
          `on the same --data directory. Stop it or use another --data. ${stderr}`,
        retryable: true,
      })
    : new AppError('ENGINE_START_FAILED', {
        message: `The engine did not start: ${reason}. ${stderr}`.trim(),
      });

function keepLastLines(child: ChildProcess): () => string {
  const lines: string[] = [];
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = (parts.pop() ?? '').slice(0, STDERR_LINE_CHARACTERS);
    lines.push(...parts.map((line) => line.slice(0, STDERR_LINE_CHARACTERS)));
    lines.splice(0, lines.length - STDERR_LINES);
  });
  return () => [...lines, rest].filter((line) => line.trim() !== '').join('\n');
}

async function whenEnded(child: ChildProcess, stderr: () => string): Promise<string> {
  const [code, signal]: unknown[] = await once(child, 'close').catch((error) => [String(error)]);
  const how = typeof signal === 'string' ? `by ${signal}` : `with code ${String(code)}`;
  const said = stderr();
  return `the engine host ended ${how}${said === '' ? '' : `; its last words: ${said}`}`;
}
