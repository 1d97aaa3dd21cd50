// A port of pages about the running graph.

import { authenticatorOf } from '../../../pipeline/authenticate.ts';
import type { Extension, ExtensionSettings } from '../../../pipeline/component.ts';
import { serveHttp, textAnswer } from '../../../net/serve-http.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import type { WireServer } from '../../../net/wire-server.ts';
import type { ZpagesConfig } from './config.ts';
import { document } from './html.ts';
import { type PageInput, PAGES } from './pages.ts';

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

export class Zpages implements Extension {
  readonly #config: ZpagesConfig;
  readonly #settings: ExtensionSettings;
  #server: WireServer | undefined;

  constructor(config: ZpagesConfig, settings: ExtensionSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** @throws AppError `NET_*` */
  async start(): Promise<void> {
    const { id } = this.#settings;
    this.#server = await serveHttp({
      config: this.#config,
      what: `zpages of extension ${id}`,
      field: `endpoint of extension ${id}`,
      authenticate: authenticatorOf(this.#settings, this.#config.auth?.authenticator),
      answer: (request) => this.#answer(request),
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  #answer({ method, path }: WireRequest): WireReply {
    if (method !== 'GET' && method !== 'HEAD') {
      return textAnswer(405, '405 pages are only read\n', { allow: 'GET, HEAD' });
    }
    const name = path.replace(/\/$/, '').replace(/^\/debug(?:\/|$)/, '/');
    if (name === '/expvarz' && this.#config.expvar.enabled) return this.#numbers();
    const page = PAGES.find(
      (one) => one.path === name || (name === '/' && one.path === '/servicez'),
    );
    if (page === undefined || !path.startsWith('/debug')) {
      const known = PAGES.map((one) => `/debug${one.path}`).join(', ');
      return textAnswer(404, `404 there is nothing here; there are ${known}\n`);
    }
    const { host, clock } = this.#settings;
    const input: PageInput = { status: host.status(), ready: host.ready(), nowMs: clock.now() };
    return { status: 200, headers: PAGE_HEADERS, body: document(page.title, page.body(input)) };
  }

  #numbers(): WireReply {
    const { user, system } = process.cpuUsage();
    const numbers = {
      memstats: process.memoryUsage(),
      cpu_seconds: (user + system) / 1e6,
      uptime_seconds: process.uptime(),
      resources: process.resourceUsage(),
    };
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify(numbers),
    };
  }
}
