// One or two ports for Loki's push API, each for HTTP and gRPC.

import { AppError } from '../../../base/app-error.ts';
import { parseEndpoint } from '../../../net/config/endpoint.ts';
import type { TlsServerConfig } from '../../../net/tls.ts';
import { sessionLife } from '../../../net/session-life.ts';
import { startWireServer, type WireServer } from '../../../net/wire-server.ts';
import type { WireHandlers } from '../../../net/wire.ts';
import type { ListensAt, Receiver, ReceiverSettings } from '../../../pipeline/component.ts';
import type { LokiReceiverConfig } from './config.ts';
import { answerPush, beforePush, pushUnreadable } from './grpc.ts';
import { MAX_RATIO, PushApi } from './http.ts';
import { Intake } from './intake.ts';

const MIB = 1024 * 1024;
const DEFAULT_MAX_BYTES = 64 * MIB;
/** For requests under way when the program stops. */
const DRAIN_MS = 5_000;

export class LokiReceiver implements Receiver {
  readonly #config: LokiReceiverConfig;
  readonly #settings: ReceiverSettings;
  #servers: Array<readonly [name: 'http' | 'grpc', server: WireServer]> = [];

  constructor(config: LokiReceiverConfig, settings: ReceiverSettings) {
    this.#config = config;
    this.#settings = settings;
  }

  /** @throws AppError `NET_*` */
  async start(): Promise<void> {
    const { http, grpc } = this.#config.protocols;
    const handlers = this.#handlers();
    if (http !== undefined) await this.#listen('http', http.endpoint, http.tls, handlers);
    if (grpc !== undefined) await this.#listen('grpc', grpc.endpoint, grpc.tls, handlers);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map(([, server]) => server.stop(DRAIN_MS)));
  }

  listening(): readonly ListensAt[] {
    return this.#servers.flatMap(([name, { hosts, port }]) =>
      hosts.map((host) => ({ name, host, port })),
    );
  }

  #handlers(): WireHandlers {
    const { use_incoming_timestamp: useIncomingTime, protocols } = this.#config;
    const { http, grpc } = protocols;
    const settings = this.#settings;
    const auth = { http: http?.auth?.authenticator, grpc: grpc?.auth?.authenticator };
    const intake = new Intake({ settings, useIncomingTime, auth });
    const api = new PushApi(http, intake, settings.logger);
    return {
      http: (request) => api.answer(request),
      beforeGrpc: beforePush,
      grpc: (call) => answerPush(intake, call),
      grpcUnreadable: (_path, _peer, error) => pushUnreadable(error),
      odd: () => undefined,
    };
  }

  async #listen(
    name: 'http' | 'grpc',
    endpoint: string,
    tls: TlsServerConfig | undefined,
    handlers: WireHandlers,
  ): Promise<void> {
    const { http, grpc } = this.#config.protocols;
    const { id } = this.#settings;
    const field = `protocols.${name}.endpoint of receiver ${id}`;
    const mib = grpc?.max_recv_msg_size_mib;
    const server = await startWireServer({
      ...addressOf(endpoint, field, name === 'grpc' && grpc?.transport === 'unix'),
      what: `Loki's push API (${name}) of receiver ${id}`,
      flag: field,
      tls,
      handlers,
      maxMessageBytes: mib === undefined || mib === 0 ? DEFAULT_MAX_BYTES : mib * MIB,
      maxRatio: MAX_RATIO,
      maxConcurrentStreams: grpc?.max_concurrent_streams,
      headersTimeoutMs: http?.read_header_timeout || undefined,
      requestTimeoutMs: http?.read_timeout || undefined,
      idleTimeoutMs: http?.idle_timeout || undefined,
      keepAlive: http?.keep_alives_enabled,
      life: sessionLife(grpc?.keepalive?.server_parameters),
    });
    this.#servers.push([name, server]);
  }
}

function addressOf(
  endpoint: string,
  field: string,
  isSocket: boolean,
): { hosts: readonly string[]; port: number; unixPath?: string } {
  if (isSocket) return { hosts: [], port: 0, unixPath: endpoint };
  const parsed = parseEndpoint(endpoint);
  if (parsed !== undefined) return { hosts: parsed.hosts, port: parsed.port };
  throw new AppError('NET_ENDPOINT', {
    message: `${field}: ${JSON.stringify(endpoint)} is not of the form HOST:PORT, such as localhost:3500.`,
  });
}
