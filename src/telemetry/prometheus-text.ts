// Prometheus text exposition, version 0.0.4.
// https://prometheus.io/docs/instrumenting/exposition_formats/

import type { Family, Labels, Registry } from './registry.ts';

export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface TextOptions {
  /** On every series, before its own. */
  readonly labels?: Labels;
  /** Counters whose names do not end in `_total` get it. */
  readonly typeSuffix?: boolean;
}

export function prometheusText(registry: Registry, options: TextOptions = {}): string {
  return [...registry.families()].map((family) => familyText(family, options)).join('');
}

function familyText(
  { name: plainName, help, type, samples }: Family,
  { labels: shared, typeSuffix = false }: TextOptions,
): string {
  const wantsSuffix = typeSuffix && type === 'counter' && !plainName.endsWith('_total');
  const name = wantsSuffix ? `${plainName}_total` : plainName;
  const lines = [...samples()].map(({ suffix, labels, value }) => {
    const all = shared === undefined ? labels : { ...shared, ...labels };
    return `${name}${suffix}${labelText(all)} ${numberText(value)}\n`;
  });
  if (lines.length === 0) return '';
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}
