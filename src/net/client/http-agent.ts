// Connections of an HTTP client: kept open between requests as the configuration says, made by `dial`.

import { Agent, type ClientRequestArgs } from 'node:http';
import { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { HttpClient as HttpClientConfig } from '../config/http-client.ts';
import { type Connected, dial, type DialTarget } from './dial.ts';

/** As Go's. */
const CONNECT_TIMEOUT_MS = 30_000;
/** Where the configuration says that there is no limit. */
const UNLIMITED_FREE = 1000;

export interface HttpAgentOptions {
  readonly config: HttpClientConfig;
  readonly secure: boolean;
  /** For https: through CONNECT. A plain request goes to the proxy itself. */
  readonly proxy: URL | undefined;
  readonly tlsOptions: (host: string) => Promise<ConnectionOptions>;
}

type OnCreate = (error: Error | null, socket: Duplex) => void;

export class HttpAgent extends Agent {
  /** What `http.request` compares the URL with. */
  readonly protocol: string;
  readonly defaultPort: number;
  readonly #own: HttpAgentOptions;
  readonly #closing = new AbortController();

  constructor(own: HttpAgentOptions) {
    const { config } = own;
    super({
      keepAlive: !config.disable_keep_alives,
      maxFreeSockets: freeSockets(config),
      timeout: config.idle_conn_timeout,
    });
    this.#own = own;
    this.protocol = own.secure ? 'https:' : 'http:';
    this.defaultPort = own.secure ? 443 : 80;
  }

  override createConnection(options: ClientRequestArgs, onCreate?: OnCreate): undefined {
    const target = { host: options.host ?? 'localhost', port: Number(options.port) };
    this.#open(target).then(
      (socket) => onCreate?.(null, socket),
      (error: unknown) => {
        // A stream is wanted by the types only.
        onCreate?.(error instanceof Error ? error : new Error(String(error)), new Duplex());
      },
    );
    return undefined;
  }

  override destroy(): void {
    this.#closing.abort();
    super.destroy();
  }

  async #open(target: DialTarget): Promise<Connected> {
    const { secure, proxy, tlsOptions } = this.#own;
    return dial({
      target,
      proxy: secure ? proxy : undefined,
      tls: secure && 'host' in target ? await tlsOptions(target.host) : undefined,
      alpn: ['http/1.1'],
      timeoutMs: CONNECT_TIMEOUT_MS,
      signal: this.#closing.signal,
    });
  }
}

/** Of one host; a client talks to few, so that the limit over all is one of each. */
function freeSockets(config: HttpClientConfig): number {
  const limits = [config.max_idle_conns, config.max_idle_conns_per_host].filter((n) => n > 0);
  return Math.min(UNLIMITED_FREE, ...limits);
}
