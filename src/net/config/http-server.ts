// What every HTTP server can be told. Upstream's confighttp
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/confighttp).

import {
  boolean,
  duration,
  enumeration,
  integer,
  list,
  map,
  object,
  optional,
  secret,
  string,
  type ConfigOf,
} from '../../config/schema.ts';
import { authenticator, middlewares } from './common.ts';
import { checkListenAddress } from './endpoint.ts';
import { tlsServer } from './tls.ts';

const cors = object(
  {
    allowed_origins: list(string(), {
      text: 'Pages that may send, `*` for any characters: https://*.example.com.',
    }),
    allowed_headers: list(string(), {
      text: 'Headers they may send beyond the usual ones; `*`: all.',
    }),
    exposed_headers: list(string(), { text: 'Headers of the answer that they may read.' }),
    max_age: integer({
      default: 7200,
      min: 0,
      unit: 'seconds',
      text: 'A browser may remember the answer this long. Upstream leaves it to the browser (5).',
    }),
  },
  { text: 'Which web pages may send.' },
);

const CONTENT_ENCODINGS = [
  '',
  'gzip',
  'zstd',
  'zlib',
  'snappy',
  'deflate',
  'lz4',
  'x-snappy-framed',
] as const;

export interface HttpServerDefaults {
  readonly endpoint: string;
  readonly read_header_timeout?: string;
  readonly write_timeout?: string;
  readonly idle_timeout?: string;
}

export const httpServer = (defaults: HttpServerDefaults) =>
  object(
    {
      endpoint: string({
        default: defaults.endpoint,
        check: checkListenAddress,
        text: 'Address to listen on. Port 0: a free one.',
      }),
      tls: optional(tlsServer),
      cors: optional(cors),
      auth: optional(
        object({
          authenticator,
          request_params: list(string(), {
            text: 'Query parameters that the authenticator sees as if they were headers.',
          }),
        }),
        { text: 'Authentication by an extension.' },
      ),
      max_request_body_size: integer({
        min: 0,
        unit: 'bytes',
        text: 'Largest body, before and after unpacking. Not written, or 0: 64 MiB (upstream 20 MiB).',
      }),
      include_metadata: boolean({
        default: false,
        text: 'Keep request headers for components behind. Those that a component names are kept in any case.',
      }),
      response_headers: map(secret(), { pairs: true, text: 'Added to every answer.' }),
      compression_algorithms: list(enumeration(CONTENT_ENCODINGS), {
        default: CONTENT_ENCODINGS,
        text: 'Values of Content-Encoding that are taken; the empty one is none.',
      }),
      read_timeout: duration({
        default: '0s',
        min: '0s',
        text: 'For a whole request. 0: no limit.',
      }),
      read_header_timeout: duration({
        default: defaults.read_header_timeout ?? '1m',
        min: '0s',
        text: 'For the headers of a request.',
      }),
      write_timeout: duration({
        default: defaults.write_timeout ?? '30s',
        min: '0s',
        text: 'For the answer. 0: no limit.',
      }),
      idle_timeout: duration({
        default: defaults.idle_timeout ?? '1m',
        min: '0s',
        text: 'A connection without requests is closed after this time.',
      }),
      keep_alives_enabled: boolean({ default: true, text: 'Several requests on one connection.' }),
      middlewares,
    },
    { text: 'A server for HTTP.' },
  );

export type HttpServer = ConfigOf<ReturnType<typeof httpServer>>;
