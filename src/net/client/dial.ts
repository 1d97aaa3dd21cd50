// Opens a connection for a client: to an address or a unix socket, directly or through a proxy, with TLS or without.

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { AppError } from '../../base/app-error.ts';
import { hostOf, portOf } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

export type DialTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

export interface DialOptions {
  readonly target: DialTarget;
  readonly proxy?: URL | undefined;
  /** Given: with TLS. */
  readonly tls?: ConnectionOptions | undefined;
  readonly alpn?: readonly string[] | undefined;
  /** For the whole of it. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type Connected = Socket | TLSSocket;

/** @throws AppError `NET_CONNECT_*`, `NET_PROXY_REFUSED`, all of them worth another attempt. */
export async function dial(options: DialOptions): Promise<Connected> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal =
    options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const opened: Connected[] = [];
  try {
    return await guarded(openAll(options, opened), signal);
  } catch (error) {
    for (const socket of opened) socket.destroy();
    throw timeout.aborted
      ? timedOut(options)
      : connectError(error, options.target, options.tls !== undefined);
  }
}

async function openAll(options: DialOptions, opened: Connected[]): Promise<Connected> {
  const { target, proxy, tls } = options;
  const first = proxy === undefined ? target : { host: hostOf(proxy), port: portOf(proxy) };
  let socket: Connected = connectTcp({ ...first, noDelay: true, keepAlive: true });
  opened.push(socket);
  await event(socket, 'connect');
  if (proxy?.protocol === 'https:') {
    socket = connectTls({ socket, servername: hostOf(proxy), host: hostOf(proxy) });
    opened.push(socket);
    await event(socket, 'secureConnect');
  }
  if (proxy !== undefined) await openTunnel(socket, authorityOf(target), proxy);
  if (tls === undefined) return socket;
  const { alpn } = options;
  const secure = connectTls({
    ...tls,
    socket,
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
  });
  opened.push(secure);
  await event(secure, 'secureConnect');
  return secure;
}

/** As in URLs. */
export function authorityOf(target: DialTarget): string {
  if ('path' in target) return 'localhost';
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

const nameOf = (target: DialTarget): string =>
  'path' in target ? target.path : authorityOf(target);

function event(socket: Connected, name: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off(name, onEvent);
      socket.off('close', onClose);
      socket.off('error', onError);
    };
    const onEvent = (): void => {
      done();
      resolve();
    };
    const onClose = (): void => {
      done();
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    };
    const onError = (error: Error): void => {
      done();
      socket.on('error', () => undefined); // what else it has to say
      reject(error);
    };
    socket.on(name, onEvent);
    socket.on('close', onClose);
    socket.on('error', onError);
  });
}

/** The promise, or a throw as soon as the signal says so. */
function guarded<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('given up'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

const timedOut = ({ target, timeoutMs }: DialOptions): AppError =>
  new AppError('NET_CONNECT_TIMEOUT', {
    message: `${nameOf(target)} did not answer within ${timeoutMs / 1000} s. Check the address, and that no firewall is between.`,
    retryable: true,
  });

const NOT_TLS =
  /wrong version number|packet length too long|unexpected message|record overflow|http request/i;

/** What a failed connection means, for the person who has to do something about it. */
export function connectError(error: unknown, target: DialTarget, secure: boolean): AppError {
  if (error instanceof AppError) return error;
  const where = nameOf(target);
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const make = (appCode: string, message: string): AppError =>
    new AppError(appCode, { message, cause: error, retryable: true });
  if (secure && NOT_TLS.test(reason)) {
    return make(
      'NET_CONNECT_PLAIN',
      `${where} does not speak TLS, and this connects with it. Where that is right, set tls: {insecure: true} (gRPC), or http:// in the URL.`,
    );
  }
  if (/CERT|SIGNED|UNABLE_TO|ERR_TLS|ALTNAME|ERR_SSL/.test(code))
    return make('NET_CONNECT_TLS', tlsText(where, code, reason));
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return make('NET_CONNECT_NAME', `${where}: the name cannot be resolved. Check it, and DNS.`);
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT') {
    return make(
      'NET_CONNECT_REFUSED',
      `${where}: nobody listens there. Check the address, and that the other side runs.`,
    );
  }
  return make(
    'NET_CONNECT_FAILED',
    `${where} cannot be reached (${reason}). Check the address, and what is between.`,
  );
}

function tlsText(where: string, code: string, reason: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `The certificate of ${where} is for another name (${reason}). Call it by that name, or set tls::server_name_override.`;
  }
  if (/ALERT/.test(code)) {
    return `${where} refused the TLS connection (${reason}). It may want a client certificate: tls::cert_file and key_file.`;
  }
  return `The certificate of ${where} is not trusted (${reason}). Put the authority into tls::ca_file.`;
}
