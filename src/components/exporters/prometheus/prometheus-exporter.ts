// The prometheus exporter: batches go into a table of series, a server shows the table to whoever scrapes it.

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AppError } from '../../../base/app-error.ts';
import { parseEndpoint } from '../../../net/config/endpoint.ts';
import { Cors } from '../../../net/cors.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import { startWireServer, type WireServer } from '../../../net/wire-server.ts';
import type { Batch } from '../../../pipeline/batch.ts';
import type { Exporter, ExporterSettings, ListensAt } from '../../../pipeline/component.ts';
import { SENT, type SendOutcome } from '../../../pipeline/send-outcome.ts';
import type { PrometheusConfig } from './config.ts';
import { negotiate } from './negotiate.ts';
import { protobufFormat } from './protobuf-format.ts';
import { SeriesTable } from './series-table.ts';
import { textFormat } from './text-format.ts';

/** Scrapes send no bodies. */
const MAX_BODY_BYTES = 64 * 1024;
/** Below this a packet is a packet, packed or not. */
const GZIP_FROM_BYTES = 1400;
const GZIP_LEVEL = 1;
const GRPC_UNIMPLEMENTED = 12;
const gzipSoon = promisify(gzip);

export class PrometheusExporter implements Exporter {
  readonly #config: PrometheusConfig;
  readonly #settings: ExporterSettings;
  readonly #table: SeriesTable;
  readonly #cors: Cors;
  #server: WireServer | undefined;

  constructor(config: PrometheusConfig, settings: ExporterSettings) {
    this.#config = config;
    this.#settings = settings;
    this.#table = new SeriesTable(config, () => settings.clock.monotonic());
    this.#cors = new Cors(config.cors ?? { allowed_origins: [] });
  }

  /** @throws AppError `PROMETHEUS_ENDPOINT`, `NET_*` */
  async start(): Promise<void> {
    const { endpoint, tls } = this.#config;
    const { id } = this.#settings;
    const address = parseEndpoint(endpoint);
    if (address === undefined) {
      throw new AppError('PROMETHEUS_ENDPOINT', {
        message: `exporter ${id}: endpoint ${JSON.stringify(endpoint)} is not of the form HOST:PORT, such as 0.0.0.0:8889.`,
      });
    }
    const failure = {
      code: GRPC_UNIMPLEMENTED,
      message: `this port is for scraping ${this.#config.path}`,
    };
    this.#server = await startWireServer({
      ...address,
      what: `metrics of exporter ${id}`,
      flag: `endpoint of exporter ${id}`,
      tls,
      maxMessageBytes: MAX_BODY_BYTES,
      maxRatio: 1,
      handlers: {
        http: (request) => this.#answer(request),
        beforeGrpc: () => failure,
        grpc: () => Promise.resolve({ kind: 'failed', failure }),
        grpcUnreadable: () => failure,
        odd: () => undefined,
      },
    });
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  listening(): readonly ListensAt[] {
    const { hosts = [], port = 0 } = this.#server ?? {};
    return hosts.map((host) => ({ name: 'metrics', host, port }));
  }

  send(batch: Batch): Promise<SendOutcome> {
    if (batch.signal !== 'metrics') return Promise.resolve(SENT);
    const refused = [...this.#table.take(batch)];
    if (refused.length === 0) return Promise.resolve(SENT);
    const items = refused.reduce((sum, [, count]) => sum + count, 0);
    const reason = refused.map(([why, count]) => `${count}: ${why}`).join('; ');
    return Promise.resolve({ kind: 'ok', rejected: { items, reason } });
  }

  async #answer(request: WireRequest): Promise<WireReply> {
    const reply = await this.#reply(request);
    const cors = this.#cors.answerHeaders(request.headers);
    return { ...reply, headers: { ...this.#config.response_headers, ...cors, ...reply.headers } };
  }

  async #reply(request: WireRequest): Promise<WireReply> {
    const { path, enable_open_metrics, auth } = this.#config;
    if (request.path !== path)
      return plain(404, `404 there is nothing here; metrics are at ${path}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return plain(405, `405 ${path} takes GET\n`, { allow: 'GET, HEAD' });
    }
    if (auth !== undefined) {
      const extension = this.#settings.extension(auth.authenticator);
      const denied =
        extension.authenticate === undefined
          ? `${auth.authenticator} cannot authenticate requests`
          : await extension.authenticate(request.headers);
      if (denied !== undefined) return plain(401, `401 ${denied}\n`);
    }
    const { format, escaping, contentType } = negotiate(
      request.headers.accept,
      enable_open_metrics,
    );
    const families = this.#table.collect();
    const body =
      format === 'protobuf'
        ? Buffer.from(protobufFormat(families, escaping))
        : Buffer.from(textFormat(families, { openMetrics: format === 'openmetrics', escaping }));
    const headers = { 'content-type': contentType, vary: 'accept, accept-encoding' };
    const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (!packs || body.length < GZIP_FROM_BYTES) return { status: 200, headers, body };
    const packed = await gzipSoon(body, { level: GZIP_LEVEL });
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: packed };
  }
}

const plain = (status: number, body: string, headers: Record<string, string> = {}): WireReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});
