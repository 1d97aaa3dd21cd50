// How commands talk to a running collector: HTTP over a socket in its data directory, which only its user can open.

import { chmodSync, rmSync } from 'node:fs';
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { AppError } from '../../base/app-error.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import type { Logger } from '../../telemetry/logger.ts';

const SOCKET = 'admin.sock';
/** What the system takes as the path of a socket, with the closing zero. */
const MAX_PATH_BYTES = 107;
const LISTED = 1_000;

const adminSocket = (dataDirectory: string): string => join(dataDirectory, SOCKET);

export interface AdminOptions {
  readonly engine: Engine;
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly reload: () => Promise<readonly string[]>;
}

export interface DeadLetterRow {
  readonly of: string;
  readonly receivedAtMs: number;
  readonly failedAtMs: number;
  readonly reason: string;
  readonly items: number;
  readonly bytes: number;
}

export async function startAdmin(options: AdminOptions): Promise<() => Promise<void>> {
  const path = adminSocket(options.dataDirectory);
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    options.logger.warn('the path of the data directory is too long for a socket', { path });
    return () => Promise.resolve();
  }
  const routes: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    'GET /status': () => options.engine.status(),
    'POST /reload': async () => ({ lines: await options.reload() }),
    'GET /dead-letters': () => list(options.engine),
    'POST /dead-letters/resend': async (query) => ({
      requests: await options.engine.resend(query.get('of') ?? ''),
    }),
  };
  rmSync(path, { force: true }); // left by a crash; the directory's lock says that nobody listens
  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '/', 'http://admin');
    const route = routes[`${message.method} ${url.pathname}`];
    if (route === undefined) return send(response, 404, { error: 'no such thing' });
    Promise.resolve(url.searchParams)
      .then(route)
      .then((answer) => send(response, 200, answer))
      .catch((error: unknown) => {
        const code = error instanceof AppError ? error.code : 'INTERNAL';
        const text = error instanceof Error ? error.message : String(error);
        send(response, 500, { error: text, code });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () => close(server);
}

async function list(engine: Engine): Promise<DeadLetterRow[]> {
  const rows: DeadLetterRow[] = [];
  for (const [of, all] of engine.deadLetters()) {
    for (const letters of all) {
      for (const letter of await letters.list(LISTED)) rows.push({ of, ...letter });
    }
  }
  return rows;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify(body, (_key, value: unknown) =>
      value instanceof Map ? Object.fromEntries(value) : value,
    ),
  );
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });

/** Asks a running collector. Throws `COLLECT_NOT_RUNNING`, or what it answers as an error. */
export function askAdmin(
  dataDirectory: string,
  method: 'GET' | 'POST',
  path: string,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socketPath = adminSocket(dataDirectory);
    const asking = request({ socketPath, method, path }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        if (answer.statusCode === 200) resolve(body);
        else reject(answerError(body));
      });
    });
    asking.on('error', (cause) =>
      reject(
        new AppError('COLLECT_NOT_RUNNING', {
          message: `No collector runs on ${dataDirectory}. Start it, or name its directory with --data.`,
          cause,
        }),
      ),
    );
    asking.end();
  });
}

function answerError(body: unknown): AppError {
  const said = typeof body === 'object' && body !== null && 'error' in body ? body.error : body;
  return new AppError('COLLECT_REFUSED', { message: String(said) });
}
