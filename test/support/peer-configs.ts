// The smallest configurations with which Jaeger, Loki and Prometheus run alone, in memory or in the test's folder.

import type { PeerStart } from './peer.ts';

export const jaegerStart = (httpPort: number, grpcPort: number, otlpPort: number): PeerStart => ({
  name: 'jaeger',
  httpPort,
  readyPath: '/api/services',
  config: () => `
service:
  extensions: [jaeger_storage, jaeger_query]
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [jaeger_storage_exporter]}
extensions:
  jaeger_query:
    storage: {traces: memory}
    http: {endpoint: "127.0.0.1:${httpPort}"}
    grpc: {endpoint: "127.0.0.1:${grpcPort}"}
  jaeger_storage:
    backends: {memory: {memory: {max_traces: 100000}}}
receivers:
  otlp: {protocols: {grpc: {endpoint: "127.0.0.1:${otlpPort}"}}}
exporters:
  jaeger_storage_exporter: {trace_storage: memory}
`,
  args: (file) => ['--config', file],
});

export const prometheusStart = (httpPort: number, scrapePort: number): PeerStart => ({
  name: 'prometheus',
  httpPort,
  readyPath: '/-/ready',
  config: () => `
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: otel-collector
    static_configs: [{targets: ["127.0.0.1:${scrapePort}"]}]
`,
  args: (file, folder) => [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${httpPort}`,
  ],
});

export const lokiStart = (httpPort: number, grpcPort: number): PeerStart => ({
  name: 'loki',
  httpPort,
  readyPath: '/ready',
  config: (folder) => `
auth_enabled: false
server: {http_listen_address: 127.0.0.1, http_listen_port: ${httpPort}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${grpcPort}}
common:
  instance_addr: 127.0.0.1
  path_prefix: ${folder}
  storage: {filesystem: {chunks_directory: ${folder}/chunks, rules_directory: ${folder}/rules}}
  replication_factor: 1
  ring: {kvstore: {store: inmemory}}
schema_config:
  configs:
    - {from: 2020-10-24, store: tsdb, object_store: filesystem, schema: v13, index: {prefix: index_, period: 24h}}
analytics: {reporting_enabled: false}
`,
  args: (file) => [`-config.file=${file}`],
});
