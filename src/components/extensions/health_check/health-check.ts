// Answers 200 while the graph runs, else 503.

import type { Extension, ExtensionSettings } from '../../../pipeline/component.ts';
import { authenticatorOf } from '../../../pipeline/authenticate.ts';
import { serveHttp } from '../../../net/serve-http.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import type { WireServer } from '../../../net/wire-server.ts';
import type { HealthCheckConfig } from './config.ts';

const NOTHING_HERE = 'not found';

export class HealthCheck implements Extension {
  readonly #config: HealthCheckConfig;
  readonly #settings: ExtensionSettings;
  #server: WireServer | undefined;
  /** All pipelines run: said by the engine, taken back before they stop. */
  #running = false;
  #runningSinceMs = 0;

  constructor(config: HealthCheckConfig, settings: ExtensionSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** @throws AppError `NET_*` */
  async start(): Promise<void> {
    const { id } = this.#settings;
    this.#server = await serveHttp({
      config: this.#config,
      what: `health of extension ${id}`,
      field: `endpoint of extension ${id}`,
      authenticate: authenticatorOf(this.#settings, this.#config.auth?.authenticator),
      answer: (request) => this.#answer(request),
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** For tests: where it listens. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  ready(): void {
    this.#running = true;
    this.#runningSinceMs = this.#settings.clock.now();
  }

  notReady(): void {
    this.#running = false;
  }

  #answer({ method, path }: WireRequest): WireReply {
    const type = { 'content-type': 'text/plain; charset=utf-8' };
    if (path !== this.#config.path) return { status: 404, headers: type, body: NOTHING_HERE };
    const unwell = this.#unwell();
    const status = unwell === undefined ? 200 : 503;
    const bodies = this.#config.response_body;
    if (bodies !== undefined) {
      const body = unwell === undefined ? bodies.healthy : bodies.unhealthy;
      return { status, headers: type, body: method === 'HEAD' ? '' : body };
    }
    const body = method === 'HEAD' ? '' : JSON.stringify(this.#described(unwell));
    return { status, headers: { 'content-type': 'application/json' }, body };
  }

  /** Why it is not well; undefined: it is. */
  #unwell(): string | undefined {
    const { host } = this.#settings;
    if (!this.#running || !host.ready()) return 'the pipelines do not run';
    const { enabled } = this.#config.check_collector_pipeline;
    return enabled ? this.#failingExporter() : undefined;
  }

  #failingExporter(): string | undefined {
    const { host, clock } = this.#settings;
    const { interval, exporter_failure_threshold: threshold } =
      this.#config.check_collector_pipeline;
    const sinceMs = clock.now() - interval;
    const failing = host
      .status()
      .nodes.find(
        ({ kind, counts: { lastError } }) =>
          kind === 'exporter' &&
          lastError !== undefined &&
          lastError.count >= threshold &&
          lastError.atMs >= sinceMs,
      );
    return failing && `exporter ${failing.id} failed: ${failing.counts.lastError?.text ?? ''}`;
  }

  #described(unwell: string | undefined): object {
    if (unwell !== undefined) return { status: 'Server not available', reason: unwell };
    const { clock } = this.#settings;
    return {
      status: 'Server available',
      upSince: new Date(this.#runningSinceMs).toISOString(),
      uptime: `${(clock.now() - this.#runningSinceMs) / 1000}s`,
    };
  }
}
