// Configuration of the count connector: the Collector's fields.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/countconnector

import {
  attributeValue,
  boolean,
  type ConfigOf,
  list,
  map,
  object,
  type Report,
  string,
} from '../../../config/schema.ts';

const attribute = object({
  key: string({
    required: true,
    check: (key) => (key === '' ? 'must not be empty' : undefined),
    text: 'Attribute of the item, else of its scope, else of its resource.',
  }),
  default_value: attributeValue({
    text: 'Where it is missing. Not written: the item is not counted then.',
  }),
  any_depth: boolean({
    default: false,
    text: 'Look into nested maps too. Not here yet: true is refused.',
  }),
}).check((config, report) => {
  if (config.any_depth)
    report.at('any_depth', 'is not here yet', 'remove it, and name a top-level attribute');
  const { default_value } = config;
  if (typeof default_value === 'object') {
    report.at(
      'default_value',
      'must be a text, a number, or true or false',
      'write a single value',
    );
  }
});

const metric = object({
  description: string({ default: '', text: 'Of the metric.' }),
  conditions: list(string(), {
    text: 'OTTL conditions, any of which must hold. Not here yet: an entry is refused.',
  }),
  attributes: list(attribute, { text: 'Count apart by the values of these attributes.' }),
}).check((config, report) => {
  if (config.conditions.length > 0) {
    report.at(
      'conditions',
      'needs the language OTTL, which is not here yet: everything would be counted',
      'remove the conditions and count by the attributes that they look at (attributes: [{key: …}]), or leave out what is not to be counted before the connector',
    );
  }
});

type Section = Readonly<Record<string, ConfigOf<typeof metric>>>;

const section = (what: string, name: string, description: string) =>
  map(metric, {
    default: { [name]: { description, conditions: [], attributes: [] } },
    checkKey: (key) => (key === '' ? 'a metric must have a name' : undefined),
    text: `Metrics that count ${what}, by name. Not written: ${name} counts all.`,
  });

const noAttributes = (config: { readonly metrics: Section }, report: Report): void => {
  for (const [name, { attributes }] of Object.entries(config.metrics)) {
    if (attributes.length === 0) continue;
    report.at(
      ['metrics', name, 'attributes'],
      'metrics have no attributes',
      'count datapoints instead',
    );
  }
};

export const countConfig = object({
  spans: section('spans', 'trace.span.count', 'The number of spans observed.'),
  spanevents: section(
    'events of spans',
    'trace.span.event.count',
    'The number of span events observed.',
  ),
  metrics: section('metrics', 'metric.count', 'The number of metrics observed.'),
  datapoints: section(
    'data points',
    'metric.datapoint.count',
    'The number of data points observed.',
  ),
  logs: section('log records', 'log.record.count', 'The number of log records observed.'),
  profiles: map(metric, {
    checkKey: () => 'profiles are not received here',
    text: 'Profiles are not received here; an entry is refused.',
  }),
}).check(noAttributes);

export type CountConfig = ConfigOf<typeof countConfig>;
export type CountedMetric = ConfigOf<typeof metric>;
