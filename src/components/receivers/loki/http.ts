// The push API over HTTP: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs

import { AppError } from '../../../base/app-error.ts';
import type { HttpServer } from '../../../net/config/http-server.ts';
import { Cors } from '../../../net/cors.ts';
import { decompress } from '../../../net/decompress.ts';
import { textAnswer } from '../../../net/serve-http.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import type { Intake, Taken } from './intake.ts';

const PATH = '/loki/api/v1/push';
const MIB = 1024 * 1024;
const DEFAULT_MAX_BYTES = 64 * MIB;
/** Unpacked bytes a packed byte may become. */
export const MAX_RATIO = 200;
const MS_PER_SECOND = 1000;

const FORMATS: Readonly<Record<string, 'json' | 'protobuf'>> = {
  'application/json': 'json',
  'application/x-protobuf': 'protobuf',
};

export class PushApi {
  /** Undefined where only grpc is configured: the port answers HTTP all the same. */
  readonly #config: HttpServer | undefined;
  readonly #intake: Intake;
  readonly #cors: Cors;
  readonly #logger: Logger;

  constructor(config: HttpServer | undefined, intake: Intake, logger: Logger) {
    this.#config = config;
    this.#intake = intake;
    this.#cors = new Cors(config?.cors ?? { allowed_origins: [] });
    this.#logger = logger;
  }

  async answer(request: WireRequest): Promise<WireReply> {
    const reply = await this.#reply(request).catch((error: unknown) => this.#unread(error));
    const cors = this.#cors.answerHeaders(request.headers);
    return { ...reply, headers: { ...this.#config?.response_headers, ...cors, ...reply.headers } };
  }

  async #reply(request: WireRequest): Promise<WireReply> {
    const { method, path, headers, peer } = request;
    if (method === 'OPTIONS') {
      return { status: 204, headers: this.#cors.preflightHeaders(headers), body: '' };
    }
    if (path !== PATH)
      return textAnswer(404, `404 nothing is served at ${path}; push to ${PATH}\n`);
    if (method !== 'POST') {
      return textAnswer(405, '405 method not allowed, supported: [POST]', { allow: 'POST' });
    }
    const format =
      FORMATS[(headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''];
    if (format === undefined) {
      const supported = Object.keys(FORMATS).join(', ');
      return textAnswer(415, `415 unsupported media type, supported: [${supported}]`);
    }
    const denied = await this.#intake.denied('http', headers);
    if (denied !== undefined) return textAnswer(401, `401 ${denied}\n`);
    const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase();
    const taken = this.#config?.compression_algorithms;
    if (taken !== undefined && encoding !== 'identity' && !taken.some((one) => one === encoding)) {
      return textAnswer(
        400,
        `400 Content-Encoding ${encoding || 'identity'} is not among compression_algorithms of this receiver\n`,
      );
    }
    const limits = {
      maxBytes: this.#config?.max_request_body_size || DEFAULT_MAX_BYTES,
      maxRatio: MAX_RATIO,
    };
    const { bytes, packedBytes } = await request.body(limits);
    // Loki's protobuf is always snappy; most clients do not say so in a header.
    const packed = format === 'protobuf' && encoding !== 'snappy';
    const body = packed ? decompress(bytes, 'snappy', limits) : bytes;
    return replyTo(
      await this.#intake.take({ body, format, transport: 'http', packedBytes, peer, headers }),
    );
  }

  #unread(error: unknown): WireReply {
    if (!(error instanceof AppError)) {
      this.#logger.error('the loki receiver failed', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      return textAnswer(
        500,
        '500 something went wrong that should not have; the server has logged what it was\n',
      );
    }
    const { code, message } = error;
    if (code === 'HTTP_BODY_TOO_LARGE') return textAnswer(413, `413 ${message}\n`);
    if (code === 'NET_BUSY') return busy(message, MS_PER_SECOND);
    return textAnswer(400, `400 ${message}\n`);
  }
}

function replyTo(taken: Taken): WireReply {
  switch (taken.kind) {
    case 'ok':
      return { status: 204, headers: {}, body: '' };
    case 'bad':
      return textAnswer(400, `400 ${taken.message}\n`);
    case 'busy':
      return busy(taken.message, taken.retryAfterMs);
  }
}

const busy = (message: string, retryAfterMs: number): WireReply =>
  textAnswer(503, `503 ${message}\n`, {
    'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / MS_PER_SECOND))),
  });
