// `service::telemetry`: what the program says about itself. Fields of upstream's otelconftelemetry
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/service/telemetry/otelconftelemetry).

import {
  any,
  boolean,
  duration,
  enumeration,
  integer,
  list,
  map,
  object,
  optional,
  raw,
  string,
  type ConfigOf,
} from '../schema.ts';

const sampling = object(
  {
    enabled: boolean({ default: true, text: 'Leave out repeated lines.' }),
    tick: duration({ default: '10s', text: 'Span of time that is counted in.' }),
    initial: integer({ default: 10, min: 0, text: 'Equal lines written in each span of time.' }),
    thereafter: integer({
      default: 100,
      min: 0,
      text: 'Of further ones, each so-manyth is written.',
    }),
  },
  { text: 'Keeps a repeated line from filling the disk.' },
);

const logs = object(
  {
    level: enumeration(['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal'], {
      default: 'info',
      ignoreCase: true,
      text: 'Least level that is written.',
    }),
    encoding: enumeration(['console', 'json'], { default: 'console', text: 'Form of a line.' }),
    development: boolean({ default: false, text: 'Accepted, without effect here.' }),
    disable_caller: boolean({ default: false, text: 'Accepted, without effect here.' }),
    disable_stacktrace: boolean({ default: false, text: 'Accepted, without effect here.' }),
    sampling: optional(sampling, { initial: 'some' }),
    output_paths: list(string(), {
      default: ['stderr'],
      text: 'Where lines go: stderr, stdout, or paths of files.',
    }),
    error_output_paths: list(string(), {
      default: ['stderr'],
      text: 'Accepted, without effect here.',
    }),
    initial_fields: map(any(), { text: 'Added to every line.' }),
    processors: raw({ text: 'Accepted, without effect here.' }),
  },
  { text: 'The program’s own log.' },
);

const prometheus = object(
  {
    host: string({ default: 'localhost', text: 'Address to listen on.' }),
    port: integer({
      default: 8888,
      min: 0,
      max: 65_535,
      text: 'Port to listen on. 0: a free one.',
    }),
    without_scope_info: boolean({ default: false, text: 'Leave out labels of the scope.' }),
    without_units: boolean({ default: false, text: 'Leave units out of names.' }),
    without_type_suffix: boolean({ default: false, text: 'Leave _total out of names.' }),
    with_resource_constant_labels: object(
      { included: list(string()), excluded: list(string()) },
      { text: 'Resource attributes that become labels of every series.' },
    ),
    translation_strategy: string({ text: 'Accepted, without effect here.' }),
  },
  { text: 'Metrics to be scraped.' },
);

const reader = object(
  {
    pull: optional(
      object({ exporter: object({ prometheus: optional(prometheus, { initial: 'default' }) }) }),
      { text: 'Metrics that others fetch.' },
    ),
    periodic: raw({ text: 'Metrics that are sent. Not done yet: accepted, with a warning.' }),
  },
  { text: 'One way out for the program’s own metrics.' },
).check((config, report) => {
  if (config.periodic !== undefined) {
    report.warn(
      'periodic',
      'own metrics are not sent yet, only served',
      'use pull, and a prometheus receiver that scrapes it',
    );
  } else if (config.pull === undefined) {
    report.at('', 'a reader is pull or periodic', 'add pull: {exporter: {prometheus: {}}}');
  }
});

const metrics = object(
  {
    level: enumeration(['none', 'basic', 'normal', 'detailed'], {
      default: 'normal',
      ignoreCase: true,
      text: 'How much is measured. none: nothing is served.',
    }),
    address: string({
      deprecated:
        'it has no effect since 0.123; write readers: [{pull: {exporter: {prometheus: {host, port}}}}]',
      text: 'No effect.',
    }),
    readers: optional(list(reader), {
      text: 'Ways out. Not written: Prometheus on localhost:8888, with names as they always were.',
    }),
    views: raw({ text: 'Accepted, without effect here.' }),
  },
  { text: 'The program’s own metrics.' },
);

const traces = object(
  {
    level: enumeration(['none', 'basic', 'normal', 'detailed'], {
      default: 'normal',
      ignoreCase: true,
      text: 'Accepted, without effect here.',
    }),
    propagators: list(enumeration(['tracecontext', 'b3']), {
      text: 'Accepted, without effect here.',
    }),
    processors: raw({ text: 'Own traces are not sent yet: accepted, without effect.' }),
    sampler: raw({ text: 'Accepted, without effect here.' }),
  },
  { text: 'The program’s own traces.' },
);

export const telemetry = object(
  {
    logs,
    metrics,
    traces,
    resource: raw({
      text: 'Attributes of the program itself: a map, where nothing removes one, or attributes: [{name, value}].',
    }),
  },
  { text: 'What the program says about itself.' },
);

export type TelemetryConfig = ConfigOf<typeof telemetry>;
