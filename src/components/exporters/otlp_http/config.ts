// Configuration of the otlp_http exporter. Upstream's otlphttpexporter
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/otlphttpexporter).

import { type ConfigOf, enumeration, string } from '../../../config/schema.ts';
import { httpClient } from '../../../net/config/http-client.ts';
import { checkUrl } from '../../../net/config/endpoint.ts';
import { retryOnFailure } from '../../../pipeline/config/retry.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

const urlOf = (what: string) =>
  string({
    check: checkUrl,
    text: `URL for ${what}, as it is. Not written: endpoint with its path.`,
  });

export const otlpHttpConfig = httpClient({ compression: 'gzip', timeout: '30s' })
  .extend({
    endpoint: string({
      check: checkUrl,
      text: 'URL to send to; /v1/traces, /v1/metrics or /v1/logs is added.',
    }),
    traces_endpoint: urlOf('traces'),
    metrics_endpoint: urlOf('metrics'),
    logs_endpoint: urlOf('logs'),
    profiles_endpoint: string({
      check: checkUrl,
      text: 'URL for profiles. Accepted, without effect: profiles are not served.',
    }),
    encoding: enumeration(['proto', 'json'], { default: 'proto', text: 'Form of requests.' }),
    sending_queue: sendingQueue(),
    retry_on_failure: retryOnFailure(),
  })
  .check((config, report) => {
    const { endpoint, traces_endpoint, metrics_endpoint, logs_endpoint } = config;
    const urls = [endpoint, traces_endpoint, metrics_endpoint, logs_endpoint];
    if (urls.every((url) => url === undefined || url === '')) {
      report.at('', 'has no endpoint', 'add endpoint: https://host:4318');
    }
  });

export type OtlpHttpConfig = ConfigOf<typeof otlpHttpConfig>;
