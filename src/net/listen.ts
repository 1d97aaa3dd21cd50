// Listens on one port of one or more addresses. What cannot be listened on is said with the process that is in the way
// and the flag that leads around it.

import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { AppError } from '../base/app-error.ts';
import { portOwner } from './port-owner.ts';

export interface ListenOptions {
  /** Addresses; `::1` is left out where the machine has no IPv6, unless it is the only one. */
  readonly hosts: readonly string[];
  /** 0: a free one, the same for all hosts. */
  readonly port: number;
  /** A socket of this name instead. One that a dead process left is taken over. */
  readonly unixPath?: string | undefined;
  /** What is to listen there, e.g. `OTLP over gRPC`. */
  readonly what: string;
  /** How to choose another port, e.g. `--otlp-grpc-port`. */
  readonly flag: string;
  readonly onConnection: (socket: Socket) => void;
}

export interface Listening {
  readonly port: number;
  readonly hosts: readonly string[];
  /** Accepts no more; connections stay. */
  close(): Promise<void>;
}

/** A free port on one address may be taken on another one: then the next free one is tried. */
const FREE_PORT_TRIES = 20;
const BACKLOG = 4096;

export async function listen(options: ListenOptions): Promise<Listening> {
  if (options.unixPath !== undefined) return listenOnSocket(options.unixPath, options);
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnAll(options);
    } catch (error) {
      const again = options.port === 0 && codeOf(error) === 'EADDRINUSE';
      if (again && attempt < FREE_PORT_TRIES) continue;
      throw await listenError(error, options);
    }
  }
}

async function listenOnSocket(path: string, options: ListenOptions): Promise<Listening> {
  const server = createServer(options.onConnection);
  const start = (): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await start().catch(async (error: unknown) => {
      if (codeOf(error) !== 'EADDRINUSE' || (await isAnswering(path))) throw error;
      await rm(path, { force: true });
      await start();
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('NET_LISTEN_FAILED', {
      message: `The socket ${path} cannot be listened on for ${options.what} (${reason}). Choose another one with ${options.flag}.`,
      cause,
    });
  }
  const close = async (): Promise<void> => {
    await new Promise((done) => server.close(done));
  };
  return { port: 0, hosts: [path], close };
}

/** Somebody is behind the socket. */
const isAnswering = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

async function listenOnAll(options: ListenOptions): Promise<Listening> {
  const servers: Server[] = [];
  const hosts: string[] = [];
  let { port } = options;
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  };
  try {
    for (const host of options.hosts) {
      const server = await listenOn(host, port, options.onConnection).catch((error: unknown) => {
        if (host === '::1' && options.hosts.length > 1 && isNoSuchAddress(error)) return undefined;
        throw withHost(error, host);
      });
      if (server === undefined) continue;
      servers.push(server);
      hosts.push(host);
      const address = server.address();
      if (typeof address === 'object' && address !== null) port = address.port;
    }
  } catch (error) {
    await closeQuickly(servers);
    throw error;
  }
  return { port, hosts, close };
}

const closeQuickly = (servers: readonly Server[]): Promise<unknown> =>
  Promise.all(servers.map((server) => new Promise((done) => server.close(done))));

function listenOn(
  host: string,
  port: number,
  onConnection: (socket: Socket) => void,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, onConnection);
    server.once('error', reject);
    server.listen({ host, port, backlog: BACKLOG, exclusive: true }, () => {
      server.off('error', reject);
      server.on('error', () => undefined); // an accept that failed, e.g. no descriptors: the next may work
      resolve(server);
    });
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const isNoSuchAddress = (error: unknown): boolean =>
  codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'EAFNOSUPPORT';

const withHost = (error: unknown, host: string): unknown =>
  error instanceof Error ? Object.assign(error, { host }) : error;

async function listenError(cause: unknown, options: ListenOptions): Promise<AppError> {
  const { port, what, flag } = options;
  const host =
    cause instanceof Error && 'host' in cause ? String(cause.host) : options.hosts.join(', ');
  const details = { port, host };
  switch (codeOf(cause)) {
    case 'EADDRINUSE': {
      const owner = await portOwner(port);
      const who =
        owner === undefined
          ? `Another process has it (find it with: lsof -i :${port})`
          : `${owner.command} (pid ${owner.pid}) has it`;
      const message = `Port ${port} for ${what} is taken. ${who}. Stop that process, or choose another port with ${flag}.`;
      return new AppError('NET_PORT_TAKEN', { message, cause, details });
    }
    case 'EACCES': {
      const message = `Port ${port} for ${what} may not be used by this user. Choose one above 1023 with ${flag}.`;
      return new AppError('NET_PORT_FORBIDDEN', { message, cause, details });
    }
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND': {
      const message = `${host} is no address of this machine, so ${what} cannot listen there. Use one that it has, 127.0.0.1 or 0.0.0.0.`;
      return new AppError('NET_ADDRESS_NOT_HERE', { message, cause, details });
    }
    default: {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `Port ${port} on ${host} cannot be listened on for ${what} (${reason}). Choose another one with ${flag}.`;
      return new AppError('NET_LISTEN_FAILED', { message, cause, details });
    }
  }
}
