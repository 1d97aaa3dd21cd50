// target_info: one series a resource that has both job and instance, with its other attributes as labels.
// https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#resource-attributes-1

import { labelsOf, type Label } from '../../../base/prometheus/label-name.ts';
import { metricName, type Naming } from '../../../base/prometheus/metric-name.ts';
import type { PrometheusConfig } from './config.ts';
import type { FamilyRows, Row } from './exposition.ts';
import type { Series } from './family.ts';
import type { ResourceLabels } from './resource-labels.ts';

const HELP = 'Target metadata';
const NANOS_PER_MILLI = 1_000_000n;

export function targetInfo(
  series: Iterable<Series>,
  naming: Naming,
  config: PrometheusConfig,
  withTime: boolean,
): FamilyRows[] {
  const newest = new Map<ResourceLabels, bigint>();
  for (const { resource, timeNs } of series) {
    if (timeNs >= (newest.get(resource) ?? 0n)) newest.set(resource, timeNs);
  }
  // Of several resources with one job and instance the newest is shown: two would make every join fail.
  const shown = new Map<string, { readonly resource: ResourceLabels; readonly timeNs: bigint }>();
  for (const [resource, timeNs] of newest) {
    const { job, instance } = resource;
    if (job === undefined || instance === undefined) continue;
    const key = JSON.stringify([job, instance]);
    if (timeNs >= (shown.get(key)?.timeNs ?? 0n)) shown.set(key, { resource, timeNs });
  }
  const rows = [...shown.values()].map(({ resource, timeNs }): Row => ({
    labels: infoLabels(resource, naming, config),
    value: { kind: 'number', value: 1, exemplar: undefined },
    timeMs: withTime ? Number(timeNs / NANOS_PER_MILLI) : undefined,
    startMs: undefined,
  }));
  const name =
    metricName({ name: 'target_info', unit: '', kind: 'other' }, naming) ?? 'target_info';
  return rows.length === 0 ? [] : [{ name, help: HELP, type: 'gauge', rows }];
}

function infoLabels(
  { job = '', instance = '', info }: ResourceLabels,
  { escape }: Naming,
  config: PrometheusConfig,
): Label[] {
  const labels = new Map([
    ...labelsOf(Object.entries(config.const_labels), escape),
    ...labelsOf(info, escape),
  ]);
  labels.set('job', job).set('instance', instance);
  return [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
}
