// Labels of a resource and of a scope, made once for each that series refer to.

import { type Label, labelsOf } from '../../../base/prometheus/label-name.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type { InstrumentationScope, KeyValue, Resource } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { resource as resourceSchema, scope as scopeSchema } from '../../../otlp/schema.ts';
import type { PrometheusConfig } from './config.ts';

export interface ResourceLabels {
  readonly job: string | undefined;
  readonly instance: string | undefined;
  /** Attributes that the configuration makes labels of every series, by attribute name. */
  readonly promoted: readonly Label[];
  /** Attributes for target_info, by attribute name. */
  readonly info: readonly Label[];
}

const IDENTIFYING: ReadonlySet<string> = new Set([
  'service.name',
  'service.namespace',
  'service.instance.id',
]);

export const attributeTexts = (attributes: readonly KeyValue[]): Label[] =>
  attributes.map(({ key, value }) => [key, valueText(value)]);

export function resourceLabels(message: Uint8Array, config: PrometheusConfig): ResourceLabels {
  const { attributes } = decodeRange<Resource>(resourceSchema, message, 0, message.length);
  const texts = attributeTexts(attributes);
  const all = new Map(texts);
  const name = all.get('service.name');
  const namespace = all.get('service.namespace');
  const instance = all.get('service.instance.id');
  const jobName = namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
  return {
    job: name === undefined || name === '' ? undefined : jobName,
    instance: instance === '' ? undefined : instance,
    promoted: texts.filter(([key]) => isPromoted(key, config)),
    info: texts.filter(([key]) => !IDENTIFYING.has(key)),
  };
}

function isPromoted(key: string, config: PrometheusConfig): boolean {
  const { included, excluded } = config.resource_constant_labels;
  if (included.length > 0 || excluded.length > 0) {
    const isIn = included.length === 0 || included.some((pattern) => matches(pattern, key));
    return isIn && !excluded.some((pattern) => matches(pattern, key));
  }
  const { enabled, exclude_service_attributes } = config.resource_to_telemetry_conversion;
  return enabled && !(exclude_service_attributes && IDENTIFYING.has(key));
}

/** `*` for any text, `?` for one character; everything else stands for itself. */
const matches = (pattern: string, key: string): boolean => {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(key);
};

/** Labels `otel_scope_…`; what is empty is left out. */
export function scopeLabels(message: Uint8Array, schemaUrl: string, escape: boolean): Label[] {
  const { name, version, attributes } = decodeRange<InstrumentationScope>(
    scopeSchema,
    message,
    0,
    message.length,
  );
  const fixed: Label[] = [
    ['otel_scope_name', name],
    ['otel_scope_version', version],
    ['otel_scope_schema_url', schemaUrl],
  ];
  const own = attributeTexts(attributes).map(([key, text]): Label => [`otel_scope_${key}`, text]);
  return [...labelsOf([...own, ...fixed], escape)];
}
