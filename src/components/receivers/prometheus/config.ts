// Configuration of the prometheus receiver: the Collector's fields, and below `config` Prometheus' own language.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/prometheusreceiver
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/

import {
  any,
  boolean,
  bytes,
  type ConfigOf,
  enumeration,
  type Fields,
  integer,
  list,
  map,
  number,
  object,
  optional,
  type Report,
  regexp,
  secret,
  string,
} from '../../../config/schema.ts';
import { checkUrl } from '../../../net/config/endpoint.ts';
import { checkPromDuration, parsePromDuration } from './prom-duration.ts';
import { relabelConfig } from './relabel.ts';

const promDuration = (text: string) => string({ check: checkPromDuration, text });

const PROTOCOLS = [
  'PrometheusProto',
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
] as const;
export type ScrapeProtocol = (typeof PROTOCOLS)[number];

/** What can be said for all jobs, and for one. 0 is no limit. */
const limits = {
  scrape_interval: promDuration('Time between two scrapes. Not written: 1m.'),
  scrape_timeout: promDuration(
    'Of one scrape. Not written: 10s, or the interval if that is shorter.',
  ),
  scrape_protocols: list(enumeration(PROTOCOLS), {
    text: 'Formats to ask for, best first. Empty: text formats.',
  }),
  scrape_native_histograms: boolean({
    text: 'Ask for protobuf first, the one format with native histograms.',
  }),
  always_scrape_classic_histograms: boolean({
    text: 'Of a histogram that is both native and classic, take the classic one too.',
  }),
  convert_classic_histograms_to_nhcb: boolean({
    text: 'Accepted, without effect: histograms with bounds are histograms in OTLP already.',
  }),
  body_size_limit: bytes({ min: 0, text: 'Largest answer, unpacked. Not written: 64 MiB.' }),
  sample_limit: integer({ min: 0, text: 'Samples of one scrape; with more it fails.' }),
  label_limit: integer({ min: 0, text: 'Labels of one sample; with more the scrape fails.' }),
  label_name_length_limit: integer({
    min: 0,
    text: 'Characters of a label’s name; with more the scrape fails.',
  }),
  label_value_length_limit: integer({
    min: 0,
    text: 'Characters of a label’s value; with more the scrape fails.',
  }),
  target_limit: integer({ min: 0, text: 'Targets of a job; with more, none is scraped.' }),
  keep_dropped_targets: integer({
    min: 0,
    text: 'Accepted, without effect: dropped targets are not kept.',
  }),
  metric_name_validation_scheme: enumeration(['utf8', 'legacy'], {
    text: 'Accepted, without effect: every name is taken.',
  }),
  metric_name_escaping_scheme: enumeration(['allow-utf-8', 'underscores', 'dots', 'values'], {
    text: 'How a target is to write names that older readers do not take. Not written: as they are.',
  }),
  scrape_failure_log_file: string({
    text: 'Accepted, without effect: failures are in the log and on the Pipelines page.',
  }),
  extra_scrape_metrics: boolean({
    text: 'Report timeout, sample limit and body size of each scrape too.',
  }),
} satisfies Fields;

const tlsConfig = object(
  {
    ca: string({ text: 'Authorities to trust, PEM.' }),
    ca_file: string({ text: 'The same in a file.' }),
    cert: string({ text: 'Own certificate, PEM.' }),
    cert_file: string({ text: 'The same in a file.' }),
    key: secret({ text: 'Key of the own certificate, PEM.' }),
    key_file: string({ text: 'The same in a file.' }),
    server_name: string({ text: 'Name that the target’s certificate must have.' }),
    insecure_skip_verify: boolean({ default: false, text: 'Do not check who the target is.' }),
    min_version: enumeration(['TLS10', 'TLS11', 'TLS12', 'TLS13'], {
      text: 'Lowest TLS version taken.',
    }),
    max_version: enumeration(['TLS10', 'TLS11', 'TLS12', 'TLS13'], {
      text: 'Highest TLS version taken.',
    }),
  },
  { text: 'TLS towards the targets.' },
);

const httpFields = {
  basic_auth: optional(
    object({
      username: string({ text: 'User.' }),
      username_file: string({ text: 'The same in a file, read at each scrape.' }),
      password: secret({ text: 'Password.' }),
      password_file: string({ text: 'The same in a file, read at each scrape.' }),
    }),
    { text: 'User and password for the targets.' },
  ),
  authorization: optional(
    object({
      type: string({ default: 'Bearer', text: 'First word of the header.' }),
      credentials: secret({ text: 'Rest of the header.' }),
      credentials_file: string({ text: 'The same in a file, read at each scrape.' }),
    }),
    { text: 'Authorization header for the targets.' },
  ),
  bearer_token: secret({
    text: 'Token for the Authorization header.',
    deprecated: 'write authorization.credentials',
  }),
  bearer_token_file: string({
    text: 'The same in a file.',
    deprecated: 'write authorization.credentials_file',
  }),
  oauth2: any({ text: 'Not here yet; refused.' }),
  tls_config: tlsConfig,
  proxy_url: string({ check: checkUrl, text: 'Proxy to the targets.' }),
  no_proxy: string({ text: 'Hosts that are reached without proxy_url, separated by commas.' }),
  proxy_from_environment: boolean({
    default: false,
    text: 'Take HTTP_PROXY, HTTPS_PROXY and NO_PROXY.',
  }),
  proxy_connect_header: map(list(secret()), { text: 'Accepted, without effect.' }),
  http_headers: map(
    object({
      values: list(string(), { text: 'Values.' }),
      secrets: list(secret(), { text: 'Values that are not shown.' }),
      files: list(string(), { text: 'Files with values.' }),
    }),
    { text: 'More headers of each scrape.' },
  ),
  follow_redirects: boolean({ default: true, text: 'Go where a target says.' }),
  enable_http2: boolean({ default: true, text: 'Accepted, without effect: scrapes are HTTP/1.1.' }),
} satisfies Fields;

/** Service discoveries that Prometheus has and we have not. */
const OTHER_DISCOVERIES = [
  'azure',
  'consul',
  'digitalocean',
  'dns',
  'docker',
  'dockerswarm',
  'ec2',
  'eureka',
  'gce',
  'hetzner',
  'http',
  'ionos',
  'kubernetes',
  'kuma',
  'lightsail',
  'linode',
  'marathon',
  'nerve',
  'nomad',
  'openstack',
  'outscale',
  'ovhcloud',
  'puppetdb',
  'scaleway',
  'serverset',
  'stackit',
  'triton',
  'uyuni',
  'vultr',
] as const;

const otherDiscoveries = Object.fromEntries(
  OTHER_DISCOVERIES.map((name) => [
    `${name}_sd_configs`,
    any({ text: 'Not here yet: warned of, and no targets come of it.' }),
  ]),
);

const scrapeConfig = object({
  ...otherDiscoveries,
  ...limits,
  ...httpFields,
  job_name: string({
    required: true,
    check: (name) => (name === '' ? 'must not be empty' : undefined),
    text: 'Name of the job; the label job of its targets.',
  }),
  fallback_scrape_protocol: enumeration(PROTOCOLS, {
    text: 'Format of answers whose content type says none. Not written: such a scrape fails.',
  }),
  metrics_path: string({ default: '/metrics', text: 'Path of the targets.' }),
  scheme: enumeration(['http', 'https'], { default: 'http', text: 'Protocol of the targets.' }),
  params: map(list(string()), { text: 'Query parameters.' }),
  honor_labels: boolean({
    default: false,
    text: 'Labels of the target’s own win over job, instance and those of the configuration; else they are renamed exported_….',
  }),
  honor_timestamps: boolean({ default: true, text: 'Times that the target gives are taken.' }),
  track_timestamps_staleness: boolean({
    default: false,
    text: 'Series with times of the target’s own end too when they are gone.',
  }),
  enable_compression: boolean({ default: true, text: 'Ask for packed answers.' }),
  native_histogram_bucket_limit: integer({
    default: 0,
    min: 0,
    text: 'Buckets of a native histogram; with more, the scrape fails. 0: no limit.',
  }),
  native_histogram_min_bucket_factor: number({
    default: 0,
    min: 0,
    text: 'Accepted, without effect.',
  }),
  static_configs: list(
    object({
      targets: list(string(), { text: 'host:port of each.' }),
      labels: map(string(), { text: 'Labels of all of them.' }),
    }),
    { text: 'Targets as they are.' },
  ),
  file_sd_configs: list(
    object({
      files: list(string(), { text: 'YAML or JSON files; the last part may have *.' }),
      refresh_interval: promDuration(
        'Read them again at least so often. Not written: 5m; changes are seen within 5s.',
      ),
    }),
    { text: 'Targets in files.' },
  ),
  relabel_configs: list(relabelConfig, { text: 'Change or drop targets by their labels.' }),
  metric_relabel_configs: list(relabelConfig, { text: 'Change or drop samples by their labels.' }),
}).check((config, report) => {
  checkHttp(config, report);
  checkTimes(config, report);
  for (const name of OTHER_DISCOVERIES) {
    const key = `${name}_sd_configs`;
    if (report.has(key)) {
      report.warn(
        key,
        'is not here yet: no target comes of it',
        'write the targets into a file: file_sd_configs: [{files: [targets.yml]}]',
      );
    }
  }
});

interface HttpChecked {
  readonly basic_auth: unknown;
  readonly authorization: unknown;
  readonly bearer_token: unknown;
  readonly bearer_token_file: unknown;
}

function checkHttp(config: HttpChecked, report: Report): void {
  if (report.has('oauth2')) {
    report.at(
      'oauth2',
      'is not here yet',
      'use authorization.credentials_file with a token that something else renews',
    );
  }
  const ways = [
    config.basic_auth,
    config.authorization,
    config.bearer_token,
    config.bearer_token_file,
  ];
  if (ways.filter((way) => way !== undefined).length > 1) {
    report.at(
      '',
      'says more than one way to log in',
      'keep one of basic_auth, authorization, bearer_token',
    );
  }
}

interface Timed {
  readonly scrape_interval?: string | undefined;
  readonly scrape_timeout?: string | undefined;
}

function checkTimes({ scrape_interval, scrape_timeout }: Timed, report: Report): void {
  if (scrape_interval === undefined || scrape_timeout === undefined) return;
  if ((parsePromDuration(scrape_timeout) ?? 0) <= (parsePromDuration(scrape_interval) ?? 0)) return;
  report.at('scrape_timeout', 'is longer than scrape_interval', `write ${scrape_interval} or less`);
}

export type ScrapeConfig = ConfigOf<typeof scrapeConfig>;

const NOT_FOR_RECEIVERS = ['rule_files', 'alerting', 'remote_write', 'remote_read'] as const;
const notHere = (what: string) => any({ text: `${what} Refused, as upstream.` });
const unused = (what: string) => any({ text: `${what} Accepted, without effect here.` });

const promConfig = object(
  {
    global: object(
      {
        ...limits,
        evaluation_interval: promDuration('Of rules, which are not here. Without effect.'),
        rule_query_offset: promDuration('Of rules, which are not here. Without effect.'),
        query_log_file: string({ text: 'Of queries, which are not here. Without effect.' }),
        external_labels: map(string(), { text: 'For other systems. Without effect, as upstream.' }),
      },
      { text: 'What holds for every job that does not say otherwise.' },
    ).check(checkTimes),
    scrape_configs: list(scrapeConfig, { text: 'Jobs.' }),
    scrape_config_files: list(string(), {
      text: 'Not here: an entry is refused. Use the Collector’s ${file:…}.',
    }),
    rule_files: notHere('Rules of Prometheus.'),
    alerting: notHere('Alerts of Prometheus.'),
    remote_write: notHere('Use an exporter of the Collector.'),
    remote_read: notHere('Of queries.'),
    storage: unused('Of Prometheus’ database.'),
    tracing: unused('Own traces of Prometheus.'),
    otlp: unused('Of Prometheus’ OTLP receiver.'),
    runtime: unused('Of the Go runtime.'),
  },
  { text: 'Prometheus’ configuration. `$` is written `$$` where a name or a brace follows.' },
).check((config, report) => {
  for (const key of NOT_FOR_RECEIVERS) {
    if (report.has(key))
      report.at(key, 'belongs to Prometheus itself; a receiver only scrapes', 'remove it');
  }
  if (config.scrape_config_files.length > 0) {
    report.at('scrape_config_files', 'is not here', 'write ${file:jobs.yml} below scrape_configs');
  }
  const names = config.scrape_configs.map(({ job_name }) => job_name);
  const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
  if (twice >= 0) {
    report.at(
      ['scrape_configs', twice, 'job_name'],
      `there is a job ${names[twice]} already`,
      'give it another name',
    );
  }
});

export const prometheusReceiverConfig = object({
  config: promConfig,
  trim_metric_suffixes: boolean({
    default: false,
    text: 'Take units and types off the ends of names: singing_duration_seconds_total becomes singing_duration in s.',
  }),
  use_start_time_metric: boolean({
    default: false,
    text: 'Counters began when the target’s start time metric says.',
  }),
  start_time_metric_regex: regexp({
    text: 'Name of that metric. Not written: process_start_time_seconds.',
  }),
  report_extra_scrape_metrics: boolean({
    default: false,
    text: 'Report timeout, sample limit and body size of each scrape too.',
  }),
  target_allocator: any({ text: 'Targets from an operator’s allocator. Not here yet; refused.' }),
  api_server: object(
    {
      enabled: boolean({ default: false, text: 'Not here yet: true is refused.' }),
      server_config: any({ text: 'Address of that server.' }),
    },
    { text: 'Prometheus’ API about targets. The Pipelines page shows them.' },
  ),
}).check((config, report) => {
  if (report.has('target_allocator')) {
    report.at('target_allocator', 'is not here yet', 'write targets into files: file_sd_configs');
  }
  if (config.api_server.enabled) report.at('api_server.enabled', 'is not here yet', 'remove it');
  if (config.config.scrape_configs.length === 0) {
    report.warn('config', 'has no scrape_configs: nothing is scraped', 'add a job with targets');
  }
});

export type PrometheusReceiverConfig = ConfigOf<typeof prometheusReceiverConfig>;
export type GlobalConfig = PrometheusReceiverConfig['config']['global'];
