// The otlp receiver: one or two ports, each for gRPC and HTTP, into the log.

import { AppError } from '../../../base/app-error.ts';
import { type Signal, SIGNALS } from '../../../base/signal.ts';
import type { SegmentLog } from '../../../log/contract.ts';
import { parseEndpoint } from '../../../net/config/endpoint.ts';
import { Cors, LOCAL_ORIGINS } from '../../../net/cors.ts';
import { sessionLife } from '../../../net/session-life.ts';
import type { TlsServerConfig } from '../../../net/tls.ts';
import type { OddConnection, WireHandlers } from '../../../net/wire.ts';
import { startWireServer, type WireServer } from '../../../net/wire-server.ts';
import type { Delay } from '../../../pipeline/component.ts';
import { whyCheckIsSlow } from '../../../otlp/check/request-walk.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import {
  DEFAULT_MAX_BYTES,
  MAX_RATIO,
  maxMessageBytes,
  type OtlpReceiverConfig,
} from './config.ts';
import { ReceiverCounters } from './counters.ts';
import { Findings } from './findings.ts';
import { answerGrpc, beforeGrpc, type GrpcSettings, grpcUnreadable } from './grpc.ts';
import { answerHttp, type HttpSettings } from './http.ts';
import { Intake, type IntakeDeps } from './intake.ts';
import type { MistakeCode } from './mistakes.ts';

export interface OtlpReceiverDeps {
  /** Component id, e.g. `otlp` or `otlp/second`. */
  readonly id: string;
  readonly log: Pick<SegmentLog, 'append'>;
  readonly logger: Logger;
  /** Wall clock, ms since the epoch. */
  readonly now?: () => number;
  /** Addresses to listen on instead of those of the endpoints, e.g. from `--host`. */
  readonly hosts?: readonly string[] | undefined;
  /** Signals that a pipeline receives; default: all. */
  readonly signals?: readonly Signal[] | undefined;
  readonly token?: string | undefined;
  readonly admit?: ((signal: Signal) => Delay | undefined) | undefined;
  readonly keptHeaders?: readonly string[] | undefined;
  readonly authenticate?: IntakeDeps['authenticate'];
  /** How to choose other ports, for the message when one is taken. */
  readonly flags?: { readonly grpc: string; readonly http: string } | undefined;
  /** Shorter times for tests of slow clients. */
  readonly timeouts?:
    | { readonly stallMs?: number; readonly silenceMs?: number; readonly headersMs?: number }
    | undefined;
}

export interface RunningReceiver {
  /** Undefined where that protocol is not configured. */
  readonly grpc: WireServer | undefined;
  readonly http: WireServer | undefined;
  readonly counters: ReceiverCounters;
  readonly findings: Findings;
  /** Accepts no more, answers what is under way, at most until the deadline. */
  stop(deadlineMs?: number): Promise<void>;
}

const ODD: Readonly<Record<OddConnection, MistakeCode | undefined>> = {
  'tls-on-plain-port': 'OTLP_TLS_TO_PLAIN',
  'plain-on-tls-port': 'OTLP_PLAIN_TO_TLS',
  garbage: 'OTLP_GARBAGE',
  stalled: 'OTLP_STALLED',
  silent: undefined, // a connection made early that was never needed
};

/** @throws AppError `OTLP_NO_PROTOCOL`, `OTLP_BAD_ENDPOINT`, `NET_*` */
export async function startOtlpReceiver(
  config: OtlpReceiverConfig,
  deps: OtlpReceiverDeps,
): Promise<RunningReceiver> {
  const { grpc, http } = config.protocols;
  if (grpc === undefined && http === undefined) {
    throw new AppError('OTLP_NO_PROTOCOL', {
      message: `Receiver ${deps.id} has no protocol. Add "grpc:" or "http:" under its "protocols:".`,
    });
  }
  const slow = whyCheckIsSlow();
  if (slow !== undefined)
    deps.logger.warn('receiving is slower than it could be', { reason: slow });
  const { handlers, counters, findings } = handlersOf(config, deps);
  const unix = grpc?.transport === 'unix' ? grpc.endpoint : undefined;
  const start = (name: 'grpc' | 'http', endpoint: string, tls: TlsServerConfig | undefined) =>
    startWireServer({
      ...(name === 'grpc' && unix !== undefined
        ? { hosts: [], port: 0, unixPath: unix }
        : addressOf(endpoint, deps)),
      what: `OTLP (${name}) of receiver ${deps.id}`,
      flag: deps.flags?.[name] ?? `protocols.${name}.endpoint of receiver ${deps.id}`,
      tls,
      handlers,
      maxMessageBytes: maxMessageBytes(grpc),
      maxRatio: MAX_RATIO,
      maxConcurrentStreams: grpc?.max_concurrent_streams,
      stallTimeoutMs: deps.timeouts?.stallMs,
      silenceTimeoutMs: deps.timeouts?.silenceMs,
      headersTimeoutMs: deps.timeouts?.headersMs ?? orUndefined(http?.read_header_timeout),
      requestTimeoutMs: orUndefined(http?.read_timeout),
      idleTimeoutMs: orUndefined(http?.idle_timeout),
      keepAlive: http?.keep_alives_enabled,
      life: sessionLife(grpc?.keepalive?.server_parameters),
    });
  const grpcServer = grpc && (await start('grpc', grpc.endpoint, grpc.tls));
  let httpServer = grpcServer;
  if (http !== undefined && !isSamePort(grpc?.endpoint, http.endpoint)) {
    httpServer = await start('http', http.endpoint, http.tls).catch(async (error: unknown) => {
      await grpcServer?.stop(0);
      throw error;
    });
  }
  return {
    grpc: grpcServer,
    http: http === undefined ? undefined : httpServer,
    counters,
    findings,
    stop: async (deadlineMs) => {
      const servers = new Set([grpcServer, httpServer].filter((server) => server !== undefined));
      await Promise.all([...servers].map((server) => server.stop(deadlineMs)));
    },
  };
}

const orUndefined = (ms: number | undefined): number | undefined => (ms === 0 ? undefined : ms);

/** Port 0 is another one each time. */
const isSamePort = (grpc: string | undefined, http: string): boolean =>
  grpc === http && parseEndpoint(http)?.port !== 0;

function handlersOf(
  config: OtlpReceiverConfig,
  deps: OtlpReceiverDeps,
): { handlers: WireHandlers; counters: ReceiverCounters; findings: Findings } {
  const { http } = config.protocols;
  const now = deps.now ?? Date.now;
  const counters = new ReceiverCounters(deps.id);
  const findings = new Findings(now);
  const onBug = (error: unknown): void =>
    deps.logger.error('the otlp receiver failed', {
      receiver: deps.id,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  const intake = new Intake({ ...deps, receiver: deps.id, now, counters, findings, onBug });
  const shared = {
    signals: new Set(deps.signals ?? SIGNALS),
    token: deps.token,
    intake,
    counters,
    findings,
  };
  const paths = {
    traces: http?.traces_url_path ?? '/v1/traces',
    metrics: http?.metrics_url_path ?? '/v1/metrics',
    logs: http?.logs_url_path ?? '/v1/logs',
  };
  const httpSettings: HttpSettings = {
    ...shared,
    paths,
    maxBytes: http?.max_request_body_size || DEFAULT_MAX_BYTES,
    maxRatio: MAX_RATIO,
    cors: new Cors(http?.cors ?? { allowed_origins: LOCAL_ORIGINS }),
    responseHeaders: http?.response_headers ?? {},
    encodings: http?.compression_algorithms && new Set(http.compression_algorithms),
  };
  const grpcSettings: GrpcSettings = { ...shared, httpPaths: Object.values(paths) };
  const handlers: WireHandlers = {
    http: (request) => answerHttp(httpSettings, request),
    beforeGrpc: (path, headers, peer) => beforeGrpc(grpcSettings, path, headers, peer),
    grpc: (call) => answerGrpc(grpcSettings, call),
    grpcUnreadable: (path, peer, error) => grpcUnreadable(grpcSettings, path, peer, error),
    odd: (peer, what) => {
      const mistake = ODD[what];
      if (mistake !== undefined) findings.add(peer, mistake);
    },
  };
  return { handlers, counters, findings };
}

function addressOf(
  endpoint: string,
  { id, hosts }: OtlpReceiverDeps,
): { hosts: readonly string[]; port: number } {
  const parsed = parseEndpoint(endpoint);
  if (parsed === undefined) {
    throw new AppError('OTLP_BAD_ENDPOINT', {
      message: `Receiver ${id}: endpoint ${JSON.stringify(endpoint)} is not of the form HOST:PORT, such as 127.0.0.1:4317 or [::]:4317.`,
    });
  }
  return { hosts: hosts ?? parsed.hosts, port: parsed.port };
}
