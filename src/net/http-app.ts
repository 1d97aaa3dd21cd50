// A server of API routes: finds the handler, checks who asks, runs it, sends what it returns. Handlers are functions from
// HttpRequest to HttpReply; what they throw becomes an answer in the dialect of their group.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../base/app-error.ts';
import type { Access } from './access.ts';
import { Connections } from './connections.ts';
import { renderNativeError } from './http-error.ts';
import { emptyReply, type HttpReply, redirectReply } from './http-message.ts';
import { appRequest } from './http-request.ts';
import { type RouteGroup, Router } from './http-router.ts';
import { sendReply } from './http-send.ts';
import { listen } from './listen.ts';
import { loginRoutes } from './login.ts';
import { peerOf } from './peer.ts';
import { closeUnread } from './read-body.ts';

const HEADERS_TIMEOUT_MS = 20_000;
/** From the first byte to the whole request: uploads of `import` are the longest. */
const REQUEST_TIMEOUT_MS = 5 * 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_CONNECTIONS = 2000;
const DRAIN_MS = 5000;

/** No page may frame us, guess types, or learn our URLs from links. The UI's own policy comes with index.html. */
const SAFE_HEADERS: ReadonlyArray<readonly [string, string]> = [
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];

export interface AppSettings {
  readonly groups: readonly RouteGroup[];
  /** GET of a path that no route has: the UI's files. Undefined result: 404. */
  readonly fallback?: RouteGroup['routes'][number]['handle'] | undefined;
  /** `/x` behind a proxy that passes the path on whole; default: none. */
  readonly basePath?: string | undefined;
  readonly access: Access;
  readonly hosts: readonly string[];
  readonly port: number;
  /** How to choose another port, for the message when it is taken. */
  readonly flag: string;
  /** What listens there, for the same message. */
  readonly what: string;
  /** Told of errors that are bugs: anything that is no AppError. */
  readonly onBug?: (error: unknown, where: string) => void;
}

export interface RunningApp {
  readonly port: number;
  readonly hosts: readonly string[];
  /** Answers what is under way, at most until the deadline. */
  stop(deadlineMs?: number): Promise<void>;
}

export async function serveApp(settings: AppSettings): Promise<RunningApp> {
  const connections = new Connections(MAX_CONNECTIONS);
  const stopping = new AbortController();
  const app = new App(settings, stopping.signal);
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (message, response) => void app.answer(message, response),
  );
  startTimeouts(server);
  const listening = await listen({
    ...settings,
    onConnection: (socket: Socket) => {
      if (connections.admit(socket)) server.emit('connection', socket);
    },
  });
  return {
    port: listening.port,
    hosts: listening.hosts,
    stop: async (deadlineMs = DRAIN_MS) => {
      const accepted = listening.close();
      stopping.abort();
      await connections.drain(deadlineMs, () => server.closeIdleConnections());
      server.close();
      await accepted;
    },
  };
}

/** A server that is handed its connections never starts to watch their time by itself. */
function startTimeouts(server: Server): void {
  server.emit('listening');
}

class App {
  readonly #settings: AppSettings;
  readonly #router: Router;
  readonly #stopping: AbortSignal;

  constructor(settings: AppSettings, stopping: AbortSignal) {
    this.#settings = settings;
    this.#stopping = stopping;
    const login = settings.access.wantsToken ? [loginRoutes(settings.access)] : [];
    this.#router = new Router([...login, ...settings.groups]);
  }

  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of SAFE_HEADERS) response.setHeader(name, value);
    const cors = this.#settings.access.corsHeaders(message.headers);
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (this.#stopping.aborted) response.setHeader('connection', 'close');
    try {
      await sendReply(message, response, await this.#reply(message, response));
    } catch (error) {
      this.#report(error, message);
      if (response.headersSent) response.destroy();
      else await sendReply(message, response, renderNativeError(error)).catch(() => undefined);
    }
    closeUnread(message, response);
  }

  async #reply(message: IncomingMessage, response: ServerResponse): Promise<HttpReply> {
    const { access, fallback } = this.#settings;
    const { method = 'GET', headers } = message;
    const refused = access.refuseSource(method, headers);
    if (refused !== undefined) return renderNativeError(refused);
    const preflight = method === 'OPTIONS' ? access.preflight(headers) : undefined;
    if (preflight !== undefined) return emptyReply(204, preflight);
    const url = this.#urlOf(message);
    const found = this.#router.find(method, url.path);
    if (found.kind === 'bad-path') {
      return renderNativeError(
        new AppError('HTTP_BAD_PATH', { message: 'The path has a broken % escape.' }),
      );
    }
    const isOpen = found.kind === 'route' && found.route.open === true;
    const noToken = isOpen ? undefined : access.refuseToken(headers, peerOf(message.socket));
    if (noToken !== undefined) return this.#wantToken(message, noToken);
    const params = found.kind === 'route' ? found.params : {};
    const request = appRequest({
      message,
      response,
      url,
      params,
      stopping: this.#stopping,
      peer: peerOf(message.socket),
    });
    if (found.kind === 'none') {
      const reading = method === 'GET' || method === 'HEAD';
      return reading && fallback !== undefined
        ? fallback(request)
        : renderNativeError(notFoundAt(method, url.path));
    }
    const render = found.group.renderError ?? renderNativeError;
    if (found.kind === 'wrong-method') {
      const allow = found.allowed.join(', ');
      const reply = render(wrongMethod(method, url.path, allow), request);
      return { ...reply, headers: { ...reply.headers, allow } };
    }
    try {
      return await found.route.handle(request);
    } catch (error) {
      this.#report(error, message);
      return render(error, request);
    }
  }

  #urlOf(message: IncomingMessage): { path: string; query: URLSearchParams } {
    const target = message.url ?? '/';
    const cut = target.indexOf('?');
    const path = cut < 0 ? target : target.slice(0, cut);
    const query = new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1));
    const base = this.#settings.basePath ?? '';
    const inside = base !== '' && (path === base || path.startsWith(`${base}/`));
    return { path: inside ? path.slice(base.length) || '/' : path, query };
  }

  /** A person is led to the login page, a program gets 401. */
  #wantToken(message: IncomingMessage, error: AppError): HttpReply {
    const wantsPage = String(message.headers.accept ?? '').includes('text/html');
    if (message.method === 'GET' && wantsPage) {
      const base = this.#settings.basePath ?? '';
      return redirectReply(`${base}/login?next=${encodeURIComponent(message.url ?? '/')}`);
    }
    const reply = renderNativeError(error);
    return { ...reply, headers: { ...reply.headers, 'www-authenticate': 'Bearer' } };
  }

  #report(error: unknown, message: IncomingMessage): void {
    if (error instanceof AppError) return;
    this.#settings.onBug?.(error, `${message.method ?? ''} ${message.url ?? ''}`);
  }
}

const notFoundAt = (method: string, path: string): AppError =>
  new AppError('HTTP_NOT_FOUND', { message: `There is nothing at ${method} ${path}.` });

const wrongMethod = (method: string, path: string, allow: string): AppError =>
  new AppError('HTTP_METHOD_NOT_ALLOWED', {
    message: `${path} does not take ${method}; it takes ${allow}.`,
  });
