// A job as it is scraped: what its configuration and the global one say, in numbers.

import type {
  GlobalConfig,
  PrometheusReceiverConfig,
  ScrapeConfig,
  ScrapeProtocol,
} from './config.ts';
import { parsePromDuration } from './prom-duration.ts';

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_BODY_BYTES = 64 * 1024 * 1024;
const TEXT_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

export interface Job {
  readonly config: ScrapeConfig;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly protocols: readonly ScrapeProtocol[];
  /** 0: no limit. */
  readonly limits: {
    readonly bodyBytes: number;
    readonly samples: number;
    readonly labels: number;
    readonly nameLength: number;
    readonly valueLength: number;
    readonly targets: number;
    readonly nativeBuckets: number;
  };
  readonly keepsClassic: boolean;
  readonly reportsMore: boolean;
}

export function jobOf(config: ScrapeConfig, receiver: PrometheusReceiverConfig): Job {
  const { global } = receiver.config;
  const intervalMs =
    ms(config.scrape_interval) ?? ms(global.scrape_interval) ?? DEFAULT_INTERVAL_MS;
  const timeoutMs = ms(config.scrape_timeout) ?? ms(global.scrape_timeout) ?? DEFAULT_TIMEOUT_MS;
  const limit = (
    key:
      | 'sample_limit'
      | 'label_limit'
      | 'label_name_length_limit'
      | 'label_value_length_limit'
      | 'target_limit',
  ): number => config[key] ?? global[key] ?? 0;
  return {
    config,
    intervalMs,
    timeoutMs: Math.min(timeoutMs, intervalMs),
    protocols: protocolsOf(config, global),
    limits: {
      bodyBytes: (config.body_size_limit ?? global.body_size_limit ?? 0) || DEFAULT_BODY_BYTES,
      samples: limit('sample_limit'),
      labels: limit('label_limit'),
      nameLength: limit('label_name_length_limit'),
      valueLength: limit('label_value_length_limit'),
      targets: limit('target_limit'),
      nativeBuckets: config.native_histogram_bucket_limit,
    },
    keepsClassic:
      config.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms ?? false,
    reportsMore:
      receiver.report_extra_scrape_metrics ||
      (config.extra_scrape_metrics ?? global.extra_scrape_metrics ?? false),
  };
}

const ms = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parsePromDuration(text);

function protocolsOf(config: ScrapeConfig, global: GlobalConfig): readonly ScrapeProtocol[] {
  const written =
    config.scrape_protocols.length > 0 ? config.scrape_protocols : global.scrape_protocols;
  const chosen = written.length > 0 ? written : TEXT_PROTOCOLS;
  const native = config.scrape_native_histograms ?? global.scrape_native_histograms ?? false;
  return native && !chosen.includes('PrometheusProto') ? ['PrometheusProto', ...chosen] : chosen;
}
