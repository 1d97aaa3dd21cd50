// Configuration of the prometheus exporter: the Collector's fields.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/prometheusexporter

import { STRATEGIES } from '../../../base/prometheus/metric-name.ts';
import {
  boolean,
  type ConfigOf,
  duration,
  enumeration,
  integer,
  list,
  map,
  object,
  string,
} from '../../../config/schema.ts';
import { checkListenAddress } from '../../../net/config/endpoint.ts';
import { httpServer } from '../../../net/config/http-server.ts';
import { sendingQueue } from '../../../pipeline/config/sending-queue.ts';

const pattern = (text: string) => list(string(), { text });

export const prometheusConfig = httpServer({ endpoint: '' })
  .extend({
    endpoint: string({
      required: true,
      check: checkListenAddress,
      text: 'Address to be scraped at. Port 0: a free one.',
    }),
    path: string({
      default: '/metrics',
      check: (path) => (path.startsWith('/') ? undefined : 'must begin with /'),
      text: 'Path to be scraped at.',
    }),
    namespace: string({ default: '', text: 'First part of every name.' }),
    const_labels: map(string(), { text: 'Labels on every series.' }),
    send_timestamps: boolean({
      default: false,
      text: 'Say when each value was measured; else it is taken as of the scrape.',
    }),
    metric_expiration: duration({
      default: '5m',
      min: '1ns',
      text: 'A series that was not updated for this time is not shown any more.',
    }),
    enable_open_metrics: boolean({
      default: false,
      text: 'Offer the OpenMetrics format, which has exemplars, to who asks for it.',
    }),
    without_scope_info: boolean({
      default: false,
      text: 'No labels with name, version, schema and attributes of the instrumentation scope.',
    }),
    add_metric_suffixes: boolean({
      default: true,
      text: 'Unit and type at the end of names. Without effect where translation_strategy is written.',
      deprecated: 'write translation_strategy: UnderscoreEscapingWithoutSuffixes instead of false',
    }),
    translation_strategy: enumeration(STRATEGIES, {
      text: 'How names of metrics and attributes become names and labels. Not written: UnderscoreEscapingWithSuffixes.',
    }),
    resource_to_telemetry_conversion: object(
      {
        enabled: boolean({ default: false, text: 'All resource attributes become labels.' }),
        exclude_service_attributes: boolean({
          default: false,
          text: 'But for service.name, service.namespace and service.instance.id, which job and instance are made of.',
        }),
      },
      { text: 'Resource attributes as labels of every series.' },
    ),
    resource_constant_labels: object(
      {
        included: pattern(
          'Keys of resource attributes that become labels; `*` stands for any text.',
        ),
        excluded: pattern('Keys that do not. Without included, all others do.'),
      },
      {
        text: 'Which resource attributes become labels. Written: resource_to_telemetry_conversion is without effect.',
      },
    ),
    max_series: integer({
      default: 1_000_000,
      min: 1,
      ours: true,
      text: 'Series kept at most, at about 1 KiB each. Points of further ones are refused and counted.',
    }),
    sending_queue: sendingQueue('none'),
  })
  .check((config, report) => {
    for (const name of Object.keys(config.const_labels)) {
      if (name === '') report.at('const_labels', 'has a label without a name', 'give it a name');
    }
  });

export type PrometheusConfig = ConfigOf<typeof prometheusConfig>;
