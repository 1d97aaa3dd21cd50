// What every HTTP client can be told. Upstream's confighttp
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/confighttp).

import {
  boolean,
  duration,
  enumeration,
  integer,
  object,
  string,
  type ConfigOf,
} from '../../config/schema.ts';
import { auth, headers, middlewares, unusedBuffer } from './common.ts';
import { checkUrl } from './endpoint.ts';
import { tlsClient } from './tls.ts';

const COMPRESSIONS = [
  'gzip',
  'zstd',
  'snappy',
  'zlib',
  'deflate',
  'lz4',
  'x-snappy-framed',
  'none',
  '',
] as const;

export interface HttpClientDefaults {
  readonly compression: (typeof COMPRESSIONS)[number];
  /** Of one request; upstream's own default is none. */
  readonly timeout: string;
}

/** `endpoint` is not required here: some clients take several URLs instead. */
export const httpClient = (defaults: HttpClientDefaults) =>
  object({
    endpoint: string({ check: checkUrl, text: 'URL to send to.' }),
    proxy_url: string({
      check: (url) => (url === '' ? undefined : checkUrl(url)), // as not written
      text: 'Proxy, instead of HTTP_PROXY, HTTPS_PROXY and NO_PROXY.',
    }),
    tls: tlsClient,
    read_buffer_size: unusedBuffer('Read buffer of a connection'),
    write_buffer_size: unusedBuffer('Write buffer of a connection'),
    timeout: duration({ default: defaults.timeout, min: '0s', text: 'Of one request. 0: none.' }),
    headers,
    auth,
    compression: enumeration(COMPRESSIONS, {
      default: defaults.compression,
      text: 'Of requests. none: as they are.',
    }),
    compression_params: object(
      { level: integer({ default: 0, text: 'As the algorithm counts. 0: its default.' }) },
      { text: 'Of the compression.' },
    ),
    max_idle_conns: integer({
      default: 100,
      min: 0,
      text: 'Unused connections kept. 0: no limit.',
    }),
    max_idle_conns_per_host: integer({ default: 0, min: 0, text: 'The same for one host.' }),
    max_conns_per_host: integer({
      default: 0,
      min: 0,
      text: 'Connections to one host. 0: no limit.',
    }),
    idle_conn_timeout: duration({
      default: '90s',
      min: '0s',
      text: 'An unused connection is closed after this time.',
    }),
    disable_keep_alives: boolean({ default: false, text: 'A new connection for every request.' }),
    http2_read_idle_timeout: duration({
      default: '0s',
      min: '0s',
      text: 'Ping an HTTP/2 connection after this time without traffic. 0: never.',
    }),
    http2_ping_timeout: duration({
      default: '0s',
      min: '0s',
      text: 'Close it when the ping is not answered in this time. 0: 15s.',
    }),
    force_attempt_http2: boolean({ default: true, text: 'Offer HTTP/2 over TLS.' }),
    cookies: object(
      { enabled: boolean({ default: false, text: 'Keep them and send them back.' }) },
      { text: 'Cookies of the server.' },
    ),
    middlewares,
  }).check((config, report) => {
    if (config.endpoint?.startsWith('https://') === true && config.tls.insecure) {
      report.warn(
        'tls.insecure',
        'has no effect with https://: the connection is encrypted and the certificate checked',
        'insecure_skip_verify: true leaves the check out; http:// leaves TLS out',
      );
    }
  });

export type HttpClient = ConfigOf<ReturnType<typeof httpClient>>;
