// How long an HTTP/2 connection lives and how a silent one is found out: the Collector's `keepalive` of a gRPC server.
// As grpc-go: https://pkg.go.dev/google.golang.org/grpc/keepalive#ServerParameters

import type { ServerHttp2Session } from 'node:http2';

/** Times in ms; undefined or 0: never. */
export interface SessionLife {
  /** Without a request for so long: closed. */
  readonly maxIdleMs?: number | undefined;
  /** Older: asked to connect anew, so that load spreads. Varied by a tenth, so that not all come at once. */
  readonly maxAgeMs?: number | undefined;
  /** For requests under way then. */
  readonly graceMs?: number | undefined;
  /** Silent for so long: asked whether it is still there. */
  readonly pingMs?: number | undefined;
  /** And closed when it does not say so. */
  readonly pingTimeoutMs?: number | undefined;
}

interface Keepalive {
  readonly max_connection_idle?: number | undefined;
  readonly max_connection_age?: number | undefined;
  readonly max_connection_age_grace?: number | undefined;
  readonly time?: number | undefined;
  readonly timeout?: number | undefined;
}

/** `keepalive::server_parameters` of a configuration. */
export function sessionLife(given: Keepalive | undefined): SessionLife | undefined {
  if (given === undefined) return undefined;
  return {
    maxIdleMs: given.max_connection_idle,
    maxAgeMs: given.max_connection_age,
    graceMs: given.max_connection_age_grace,
    pingMs: given.time,
    pingTimeoutMs: given.timeout,
  };
}

const PING_TIMEOUT_MS = 20_000;
const AGE_SPREAD = 0.1;

/** Watches one session until it closes. */
export function watchSession(session: ServerHttp2Session, life: SessionLife): void {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, run: () => void): NodeJS.Timeout => {
    const timer = setTimeout(run, ms);
    timer.unref();
    timers.add(timer);
    return timer;
  };
  session.once('close', () => timers.forEach((timer) => clearTimeout(timer)));
  watchAge(session, life, after);
  watchIdle(session, life, after);
  watchSilence(session, life, after);
}

type After = (ms: number, run: () => void) => NodeJS.Timeout;

function watchAge(session: ServerHttp2Session, { maxAgeMs, graceMs }: SessionLife, after: After) {
  if (!maxAgeMs) return;
  after(maxAgeMs * (1 + AGE_SPREAD * (2 * Math.random() - 1)), () => {
    session.close(); // GOAWAY: no new requests, those under way end
    if (graceMs) after(graceMs, () => session.destroy());
  });
}

function watchIdle(session: ServerHttp2Session, { maxIdleMs }: SessionLife, after: After): void {
  if (!maxIdleMs) return;
  let open = 0;
  const idle = after(maxIdleMs, () => open === 0 && session.close());
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => {
      open--;
      idle.refresh();
    });
  });
}

function watchSilence(session: ServerHttp2Session, life: SessionLife, after: After): void {
  const { pingMs, pingTimeoutMs = PING_TIMEOUT_MS } = life;
  if (!pingMs) return;
  let seen = session.socket.bytesRead;
  const look = (): void => {
    if (session.closed || session.destroyed) return;
    const now = session.socket.bytesRead;
    if (now !== seen) {
      seen = now;
      after(pingMs, look);
      return;
    }
    const deaf = after(pingTimeoutMs, () => session.destroy());
    session.ping((error) => {
      clearTimeout(deaf);
      if (error === null) after(pingMs, look);
    });
  };
  after(pingMs, look);
}
