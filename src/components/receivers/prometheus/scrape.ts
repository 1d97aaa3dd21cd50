// One scrape: the request, its answer unpacked and parsed.

import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../../../base/result.ts';
import { decodePlain } from '../../../config/schema.ts';
import { HttpClient } from '../../../net/client/http-client.ts';
import { httpClient } from '../../../net/config/http-client.ts';
import { decompressSoon, encodingOf } from '../../../net/decompress.ts';
import type { ScrapeConfig, ScrapeProtocol } from './config.ts';
import type { ShownFamily } from './exposition.ts';
import type { Job } from './job.ts';
import { parseProtobuf } from './parse-protobuf.ts';
import { parseText } from './parse-text.ts';
import type { Target } from './targets.ts';

const MAX_REDIRECTS = 10;
/** Expositions are all the same words again. */
const MAX_RATIO = 1000;
const MS_PER_SECOND = 1000;

export interface Scraped {
  readonly families: readonly ShownFamily[];
  /** Unpacked. */
  readonly bodyBytes: number;
  /** As they came over the wire. */
  readonly packedBytes: number;
}

const ACCEPT: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto:
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
};
/** These know `escaping`. */
const WITH_ESCAPING: ReadonlySet<ScrapeProtocol> = new Set([
  'PrometheusProto',
  'OpenMetricsText1.0.0',
  'PrometheusText1.0.0',
]);

export class Scraper {
  readonly #job: Job;
  readonly #client: HttpClient;
  readonly #accept: string;

  constructor(job: Job, warn: (message: string) => void) {
    this.#job = job;
    this.#client = clientOf(job.config, warn);
    const escaping = job.config.metric_name_escaping_scheme ?? 'allow-utf-8';
    const wishes = job.protocols.map((protocol, at) => {
      const escaped = WITH_ESCAPING.has(protocol) ? `;escaping=${escaping}` : '';
      return `${ACCEPT[protocol]}${escaped};q=0.${9 - at}`;
    });
    this.#accept = [...wishes, '*/*;q=0.1'].join(',');
  }

  /** @throws AppError `NET_TLS_*` */
  start(): Promise<void> {
    return this.#client.start([`${this.#job.config.scheme}://`]);
  }

  stop(): void {
    this.#client.close();
  }

  /** @returns why it failed, as a sentence part. */
  async scrape(target: Target, signal: AbortSignal): Promise<Result<Scraped, string>> {
    try {
      return await this.#scrape(target, target.url, signal, 0);
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error));
    }
  }

  async #scrape(
    target: Target,
    url: URL,
    signal: AbortSignal,
    redirects: number,
  ): Promise<Result<Scraped, string>> {
    const { config, limits } = this.#job;
    const answer = await this.#client.call({
      url: url.href,
      method: 'GET',
      headers: await this.#headers(target),
      answerMaxBytes: limits.bodyBytes + 1,
      signal,
    });
    if (answer.kind === 'failed') return err(answer.reason);
    const { status, headers, body } = answer;
    const { location } = headers;
    if (config.follow_redirects && status >= 300 && status < 400 && location !== undefined) {
      if (redirects === MAX_REDIRECTS) return err(`more than ${MAX_REDIRECTS} redirects`);
      return this.#scrape(target, new URL(location, url), signal, redirects + 1);
    }
    if (status !== 200) return err(`it answered ${status}`);
    const encoding = encodingOf(headers['content-encoding']);
    if (encoding === undefined)
      return err(`its answer is packed as ${headers['content-encoding']}`);
    const maxBytes = limits.bodyBytes + 1;
    const bytes = await decompressSoon(body, encoding, { maxBytes, maxRatio: MAX_RATIO });
    if (bytes.length > limits.bodyBytes)
      return err(`its answer has more than ${limits.bodyBytes} bytes (body_size_limit)`);
    const parsed = parseAs(headers['content-type'], config.fallback_scrape_protocol, bytes);
    if (!parsed.ok) return parsed;
    return ok({ families: parsed.value, bodyBytes: bytes.length, packedBytes: body.length });
  }

  async #headers(target: Target): Promise<Record<string, string>> {
    const { config } = this.#job;
    const more = await Promise.all(
      Object.entries(config.http_headers).map(async ([name, { values, secrets, files }]) => {
        const fromFiles = await Promise.all(files.map(textOfFile));
        return [name, [...values, ...secrets, ...fromFiles].join(', ')] as const;
      }),
    );
    const authorization = await authorizationOf(config);
    return {
      accept: this.#accept,
      'x-prometheus-scrape-timeout-seconds': String(target.timeoutMs / MS_PER_SECOND),
      ...(config.enable_compression ? { 'accept-encoding': 'gzip' } : {}),
      ...(authorization === undefined ? {} : { authorization }),
      ...Object.fromEntries(more),
    };
  }
}

const textOfFile = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trim();

async function authorizationOf(config: ScrapeConfig): Promise<string | undefined> {
  const { basic_auth: basic, authorization } = config;
  const either = async (plain: string | undefined, file: string | undefined): Promise<string> =>
    plain ?? (file === undefined ? '' : await textOfFile(file));
  if (basic !== undefined) {
    const user = await either(basic.username, basic.username_file);
    const password = await either(basic.password, basic.password_file);
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  if (authorization !== undefined) {
    return `${authorization.type} ${await either(authorization.credentials, authorization.credentials_file)}`;
  }
  if (config.bearer_token === undefined && config.bearer_token_file === undefined) return undefined;
  return `Bearer ${await either(config.bearer_token, config.bearer_token_file)}`;
}

/** By the content type; an answer that says none is read as the configuration says. */
function parseAs(
  contentType: string | undefined,
  fallback: ScrapeProtocol | undefined,
  bytes: Buffer,
): Result<readonly ShownFamily[], string> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const format = FORMATS[type ?? ''] ?? (fallback === undefined ? undefined : FORMAT_OF[fallback]);
  if (format === undefined) {
    const said = contentType === undefined ? 'no content type' : `the content type ${contentType}`;
    return err(`its answer has ${said}; set fallback_scrape_protocol, such as PrometheusText0.0.4`);
  }
  const parsed =
    format === 'protobuf'
      ? parseProtobuf(bytes)
      : parseText(bytes.toString('utf8'), format === 'openmetrics');
  return parsed.ok ? parsed : err(`its answer cannot be read: ${parsed.error.message}`);
}

type Format = 'text' | 'openmetrics' | 'protobuf';

const FORMATS: Readonly<Record<string, Format>> = {
  'text/plain': 'text',
  'application/openmetrics-text': 'openmetrics',
  'application/vnd.google.protobuf': 'protobuf',
};
const FORMAT_OF: Readonly<Record<ScrapeProtocol, Format>> = {
  PrometheusProto: 'protobuf',
  'OpenMetricsText1.0.0': 'openmetrics',
  'OpenMetricsText0.0.1': 'openmetrics',
  'PrometheusText1.0.0': 'text',
  'PrometheusText0.0.4': 'text',
};

const TLS_VERSION = { TLS10: '1.0', TLS11: '1.1', TLS12: '1.2', TLS13: '1.3' } as const;

/** Prometheus' HTTP settings as those of our client. */
function clientOf(config: ScrapeConfig, warn: (message: string) => void): HttpClient {
  const tls = config.tls_config;
  const { config: settings } = decodePlain(httpClient({ compression: 'none', timeout: '0s' }), {
    tls: {
      ...given('ca_pem', tls.ca),
      ...given('ca_file', tls.ca_file),
      ...given('cert_pem', tls.cert),
      ...given('cert_file', tls.cert_file),
      ...given('key_pem', tls.key),
      ...given('key_file', tls.key_file),
      ...given('server_name_override', tls.server_name),
      insecure_skip_verify: tls.insecure_skip_verify,
      ...given('min_version', tls.min_version && TLS_VERSION[tls.min_version]),
      ...given('max_version', tls.max_version && TLS_VERSION[tls.max_version]),
    },
  });
  if (settings === undefined) throw new Error('the settings of a scrape client are not valid');
  return new HttpClient({ config: settings, warn, environment: environmentOf(config) });
}

const given = (key: string, value: string | undefined): Readonly<Record<string, string>> =>
  value === undefined ? {} : { [key]: value };

/** Where proxies are found: those of the environment only if the configuration says so. */
function environmentOf(config: ScrapeConfig): Readonly<Record<string, string | undefined>> {
  if (config.proxy_from_environment) return process.env;
  const { proxy_url, no_proxy } = config;
  return { HTTP_PROXY: proxy_url, HTTPS_PROXY: proxy_url, NO_PROXY: no_proxy };
}
