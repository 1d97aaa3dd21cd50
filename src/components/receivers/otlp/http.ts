// OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp
// Answers are in the encoding of the request; what cannot be answered so (method, content type, path) is plain text, as
// the Collector does it.

import { AppError } from '../../../base/app-error.ts';
import { unreachable } from '../../../base/assert.ts';
import { type Signal, SIGNALS } from '../../../base/signal.ts';
import type { Cors } from '../../../net/cors.ts';
import { isGrpc } from '../../../net/grpc-message.ts';
import { looksCompressed } from '../../../net/decompress.ts';
import type { WireReply, WireRequest } from '../../../net/wire.ts';
import { jsonToOtlp } from '../../../otlp/json/json-to-otlp.ts';
import { exportResponse, exportResponseJson } from '../../../otlp/response/export-response.ts';
import {
  RpcCode,
  rpcStatus,
  rpcStatusJson,
  type RpcStatus,
} from '../../../otlp/response/rpc-status.ts';
import { countRefused, type ReceiverCounters, type RefusedReason } from './counters.ts';
import type { Findings } from './findings.ts';
import type { Intake, Taken } from './intake.ts';
import { MISTAKES, type MistakeCode, sentenceOf } from './mistakes.ts';
import { hasToken } from './token.ts';

export interface HttpSettings {
  readonly paths: Readonly<Record<Signal, string>>;
  /** Signals that some pipeline receives. */
  readonly signals: ReadonlySet<Signal>;
  readonly maxBytes: number;
  readonly maxRatio: number;
  readonly token: string | undefined;
  readonly cors: Cors;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Values of Content-Encoding that are taken; undefined: all that are known. */
  readonly encodings: ReadonlySet<string> | undefined;
  readonly intake: Intake;
  readonly counters: ReceiverCounters;
  readonly findings: Findings;
}

type Format = 'protobuf' | 'json';

const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};
const PROFILES_PATH = '/v1development/profiles';
const MS_PER_SECOND = 1000;

export async function answerHttp(settings: HttpSettings, request: WireRequest): Promise<WireReply> {
  const reply = await answer(settings, request);
  const cors = settings.cors.answerHeaders(request.headers);
  return { ...reply, headers: { ...settings.responseHeaders, ...cors, ...reply.headers } };
}

async function answer(settings: HttpSettings, request: WireRequest): Promise<WireReply> {
  const { findings, token } = settings;
  if (request.method === 'OPTIONS') return preflight(settings, request);
  const signal = SIGNALS.find((one) => settings.paths[one] === request.path);
  if (signal === undefined) return wrongPath(settings, request);
  if (request.method !== 'POST') {
    findings.add(request.peer, 'OTLP_WRONG_METHOD', `${request.method} ${request.path}`);
    const text = `405 method not allowed, supported: [POST]. ${sentenceOf('OTLP_WRONG_METHOD')}`;
    return plain(405, text, { allow: 'POST' });
  }
  if (!settings.signals.has(signal)) {
    findings.add(request.peer, 'OTLP_SIGNAL_NOT_WIRED', signal);
    return plain(404, `404 no pipeline receives ${signal}. ${MISTAKES.OTLP_SIGNAL_NOT_WIRED.fix}`);
  }
  const format = formatOf(request.headers['content-type']);
  if (format === undefined) return wrongType(settings, request);
  if (!hasToken(token, request.headers.authorization)) {
    countRefused(settings.counters.row(request.peer, signal, `http/${format}`), 'token', 0);
    findings.add(request.peer, 'OTLP_TOKEN');
    return status(401, format, {
      code: RpcCode.unauthenticated,
      message: sentenceOf('OTLP_TOKEN'),
    });
  }
  return receive(settings, request, signal, format);
}

async function receive(
  settings: HttpSettings,
  request: WireRequest,
  signal: Signal,
  format: Format,
): Promise<WireReply> {
  const { maxBytes, maxRatio, intake, counters } = settings;
  const transport = `http/${format}` as const;
  const refuse = (mistake: MistakeCode, reason: RefusedReason, message: string): WireReply => {
    countRefused(counters.row(request.peer, signal, transport), reason, 0);
    settings.findings.add(request.peer, mistake, message);
    const tooLarge = reason === 'too-large';
    const code = tooLarge ? RpcCode.resourceExhausted : RpcCode.invalidArgument;
    return status(tooLarge ? 413 : 400, format, { code, message });
  };
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  const plainBody = encoding === '' || encoding === 'identity';
  if (settings.encodings?.has(plainBody ? '' : encoding) === false) {
    const message = `Content-Encoding ${encoding || 'identity'} is not among compression_algorithms of this receiver`;
    return refuse('OTLP_BAD_ENCODING', 'bad-data', message);
  }
  let body;
  try {
    body = await request.body({ maxBytes, maxRatio });
  } catch (error) {
    const row = counters.row(request.peer, signal, transport);
    row.requests++;
    return unreadable(error, format, refuse, (reason) => countRefused(row, reason, 0));
  }
  const { bytes, packedBytes } = body;
  const otlp = format === 'json' ? fromJson(signal, bytes) : { bytes };
  if ('message' in otlp) {
    const guess = guessMistake(bytes, format);
    return refuse(guess, 'bad-data', withHint(guess, otlp.message));
  }
  const sender = { peer: request.peer, transport, headers: request.headers };
  const taken = await intake.take({ signal, bytes: otlp.bytes, packedBytes }, sender);
  if (taken.kind === 'bad') {
    const guess = guessMistake(bytes, format);
    const message = withHint(guess, taken.message);
    settings.findings.add(request.peer, guess, message);
    return status(400, format, { code: RpcCode.invalidArgument, message });
  }
  return replyTo(taken, signal, format);
}

function replyTo(
  taken: Exclude<Taken, { kind: 'bad' }>,
  signal: Signal,
  format: Format,
): WireReply {
  switch (taken.kind) {
    case 'ok': {
      const { partial } = taken;
      const body =
        format === 'json' ? exportResponseJson(signal, partial) : exportResponse(partial);
      return { status: 200, headers: { 'content-type': CONTENT_TYPES[format] }, body };
    }
    case 'busy': {
      const { message, retryAfterMs } = taken;
      return status(503, format, { code: RpcCode.unavailable, message, retryAfterMs });
    }
    case 'denied':
      return status(401, format, { code: RpcCode.unauthenticated, message: taken.message });
    case 'failed':
      return status(500, format, { code: RpcCode.internal, message: taken.message });
    default:
      return unreachable(taken);
  }
}

function unreadable(
  error: unknown,
  format: Format,
  refuse: (mistake: MistakeCode, reason: RefusedReason, message: string) => WireReply,
  count: (reason: RefusedReason) => void,
): WireReply {
  if (!(error instanceof AppError)) throw error;
  switch (error.code) {
    case 'HTTP_BODY_TOO_LARGE':
      return refuse('OTLP_TOO_LARGE', 'too-large', error.message);
    case 'HTTP_BAD_BODY':
      return refuse('OTLP_NOT_AS_COMPRESSED', 'bad-data', error.message);
    case 'HTTP_BAD_ENCODING':
      return refuse('OTLP_BAD_ENCODING', 'bad-data', error.message);
    case 'NET_BUSY':
      count('busy');
      return status(503, format, {
        code: RpcCode.unavailable,
        message: error.message,
        retryAfterMs: MS_PER_SECOND,
      });
    default:
      count('cut-off'); // nobody is there to read this
      return status(400, format, { code: RpcCode.cancelled, message: error.message });
  }
}

type Json = { readonly bytes: Uint8Array } | { readonly message: string };

function fromJson(signal: Signal, body: Buffer): Json {
  const transcoded = jsonToOtlp(signal, body);
  if (transcoded.ok) return { bytes: transcoded.value };
  const { message, path } = transcoded.error;
  return { message: path === '' ? message : `${path}: ${message}` };
}

/** What a body that is not what it was declared as may be instead. */
function guessMistake(bytes: Buffer, declared: Format): MistakeCode {
  if (looksCompressed(bytes) !== undefined) return 'OTLP_COMPRESSION_NOT_DECLARED';
  const first = bytes.toString('latin1', 0, 16).trimStart()[0];
  if (declared === 'protobuf' && (first === '{' || first === '[')) return 'OTLP_JSON_AS_PROTOBUF';
  // Field 1, length-delimited: how every Export*ServiceRequest begins.
  if (declared === 'json' && bytes[0] === 0x0a && first !== '{') return 'OTLP_PROTOBUF_AS_JSON';
  return 'OTLP_BAD_DATA';
}

const withHint = (guess: MistakeCode, message: string): string =>
  guess === 'OTLP_BAD_DATA' ? message : `${sentenceOf(guess)} (${message})`;

function preflight({ cors, findings }: HttpSettings, request: WireRequest): WireReply {
  const { origin } = request.headers;
  if (origin !== undefined && !cors.allows(origin)) {
    findings.add(request.peer, 'OTLP_CORS_ORIGIN', origin);
  }
  return { status: 204, headers: cors.preflightHeaders(request.headers), body: '' };
}

function wrongPath({ findings, paths }: HttpSettings, request: WireRequest): WireReply {
  const { method, path, peer, headers } = request;
  const mistake = mistakeOfPath(path, headers['content-type'], Object.values(paths));
  // A browser that looks what is here, or asks for /favicon.ico, is no sender.
  if (method === 'POST') findings.add(peer, mistake, path);
  const text = method === 'POST' ? sentenceOf(mistake) : sentenceOf('OTLP_WRONG_METHOD');
  return plain(404, `404 nothing is served at ${path}. ${text}`);
}

function mistakeOfPath(
  path: string,
  contentType: string | undefined,
  paths: readonly string[],
): MistakeCode {
  if (path.startsWith('/opentelemetry.proto.') || isGrpc(contentType))
    return 'OTLP_GRPC_OVER_HTTP1';
  if (path === '/') return 'OTLP_NO_PATH';
  if (path === PROFILES_PATH || path === '/v1/profiles') return 'OTLP_PROFILES';
  const mentioned = paths.filter((one) => path.includes(one)).length;
  const twice = paths.some((one) => path.split(one).length > 2);
  return mentioned > 1 || twice ? 'OTLP_DOUBLED_PATH' : 'OTLP_WRONG_PATH';
}

function wrongType({ findings }: HttpSettings, request: WireRequest): WireReply {
  const type = request.headers['content-type'];
  const mistake = isGrpc(type) ? 'OTLP_GRPC_OVER_HTTP1' : 'OTLP_WRONG_CONTENT_TYPE';
  findings.add(request.peer, mistake, type ?? 'no Content-Type');
  const supported = `[${CONTENT_TYPES.json}, ${CONTENT_TYPES.protobuf}]`;
  return plain(415, `415 unsupported media type, supported: ${supported}. ${sentenceOf(mistake)}`);
}

/** Parameters and case do not matter. */
function formatOf(contentType: string | undefined): Format | undefined {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPES.protobuf) return 'protobuf';
  return type === CONTENT_TYPES.json ? 'json' : undefined;
}

const plain = (
  code: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): WireReply => ({
  status: code,
  headers: { 'content-type': 'text/plain', ...headers },
  body: text,
});

/** google.rpc.Status in the request's encoding; with a delay also as Retry-After, in whole seconds. */
function status(code: number, format: Format, rpc: RpcStatus): WireReply {
  const { retryAfterMs } = rpc;
  const retry =
    retryAfterMs === undefined
      ? {}
      : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / MS_PER_SECOND))) };
  return {
    status: code,
    headers: { 'content-type': CONTENT_TYPES[format], ...retry },
    body: format === 'json' ? rpcStatusJson(rpc) : rpcStatus(rpc),
  };
}
