// Exporters of the OpenTelemetry Collector, core and contrib, as of 0.160, by their type in configurations; both names
// where one was renamed. From https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter.

import type { UpstreamTable } from './upstream-table.ts';

/** Vendors and stores that take OTLP themselves. */
const takesOtlp = (who: string) => ({ advice: `use otlp_http: ${who} takes OTLP itself` });

export const UPSTREAM_EXPORTERS: UpstreamTable = {
  alertmanager: {},
  alibabacloud_logservice: {},
  awscloudwatchlogs: takesOtlp('CloudWatch'),
  awsemf: {},
  awskinesis: {},
  awss3: { use: ['file'] },
  awsxray: takesOtlp('X-Ray'),
  azure_blob: { use: ['file'] },
  azureblob: { use: ['file'] },
  azuredataexplorer: {},
  azuremonitor: {},
  bmchelix: {},
  carbon: { use: ['prometheus'] },
  cassandra: {},
  clickhouse: { use: ['store'] },
  coralogix: takesOtlp('Coralogix'),
  datadog: takesOtlp('Datadog'),
  dataset: {},
  debug: {},
  doris: {},
  elasticsearch: takesOtlp('Elasticsearch (APM, or its _otlp endpoints)'),
  faro: {},
  file: {},
  googlecloud: takesOtlp('Google Cloud (telemetry.googleapis.com)'),
  googlecloudpubsub: {},
  googlecloudstorage: { use: ['file'] },
  googlemanagedprometheus: { use: ['prometheus'] },
  googlesecops: {},
  honeycombmarker: takesOtlp('Honeycomb'),
  influxdb: {},
  instana: takesOtlp('Instana'),
  jaeger: {
    gone: 'in 0.86',
    use: ['otlp_grpc', 'otlp'],
    advice: 'use otlp_grpc: Jaeger takes OTLP on port 4317',
  },
  jaeger_thrift: { gone: 'in 0.86', advice: 'use otlp_grpc: Jaeger takes OTLP on port 4317' },
  kafka: {},
  load_balancing: {},
  loadbalancing: {},
  logging: { gone: 'in 0.111', use: ['debug'] },
  logicmonitor: takesOtlp('LogicMonitor'),
  logzio: takesOtlp('Logz.io'),
  loki: { gone: 'in 0.131', advice: 'use otlp_http with the endpoint http://LOKI:3100/otlp' },
  mezmo: takesOtlp('Mezmo'),
  nop: {},
  opencensus: { gone: 'in 0.133', use: ['otlp_grpc', 'otlp'] },
  opensearch: {},
  otelarrow: { use: ['otlp_grpc', 'otlp'] },
  otlp: {},
  otlp_grpc: {},
  otlp_http: {},
  otlphttp: {},
  prometheus: {},
  prometheus_remote_write: {
    advice:
      'use the prometheus exporter and let Prometheus scrape it, or otlp_http to Prometheus’ /api/v1/otlp',
  },
  prometheusremotewrite: {
    advice:
      'use the prometheus exporter and let Prometheus scrape it, or otlp_http to Prometheus’ /api/v1/otlp',
  },
  pulsar: {},
  rabbitmq: {},
  sapm: { gone: 'in 0.137', use: ['otlp_http'] },
  sematext: {},
  sentry: takesOtlp('Sentry'),
  signalfx: takesOtlp('Splunk Observability'),
  skywalking: { gone: 'in 0.122', use: ['otlp_grpc', 'otlp'] },
  splunk_hec: {},
  stef: { use: ['otlp_grpc', 'otlp'] },
  sumologic: takesOtlp('Sumo Logic'),
  syslog: {},
  tencentcloud_logservice: {},
  tinybird: {},
  zipkin: {
    advice:
      'use otlp_http where the other side takes OTLP; Zipkin itself needs an OpenTelemetry Collector between',
  },
};
