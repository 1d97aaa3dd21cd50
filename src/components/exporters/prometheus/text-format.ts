// The two text formats. They differ in names of counters, in numbers, in time, in exemplars, and in their end.
// https://prometheus.io/docs/instrumenting/exposition_formats/
// https://prometheus.io/docs/specs/om/open_metrics_spec/

import {
  escapeName,
  type Escaping,
  isPlainLabelName,
  isPlainMetricName,
} from '../../../base/prometheus/escape.ts';
import type { Label } from '../../../base/prometheus/label-name.ts';
import { goNumber, openMetricsNumber } from '../../../base/prometheus/number-text.ts';
import type { ExemplarValue, FamilyRows, HistogramValue, Row } from './exposition.ts';

export interface TextOptions {
  readonly openMetrics: boolean;
  readonly escaping: Escaping;
}

export function textFormat(families: readonly FamilyRows[], options: TextOptions): string {
  const text = families.map((family) => new FamilyText(family, options).write()).join('');
  return options.openMetrics ? `${text}# EOF\n` : text;
}

const MS_PER_SECOND = 1000;
const TOTAL = '_total';

class FamilyText {
  readonly #family: FamilyRows;
  readonly #options: TextOptions;
  readonly #name: string;
  readonly #lines: string[] = [];

  constructor(family: FamilyRows, options: TextOptions) {
    this.#family = family;
    this.#options = options;
    this.#name = escapeName(family.name, options.escaping);
  }

  write(): string {
    const { rows, type, help } = this.#family;
    const { openMetrics } = this.#options;
    if (rows.length === 0) return '';
    const isCounter = openMetrics && type === 'counter';
    const bare =
      isCounter && this.#name.endsWith(TOTAL) ? this.#name.slice(0, -TOTAL.length) : this.#name;
    const shown = quotedName(bare);
    if (help !== '' || !openMetrics) {
      this.#lines.push(`# HELP ${shown} ${escapeHelp(help, openMetrics)}`);
    }
    this.#lines.push(`# TYPE ${shown} ${openMetrics && type === 'untyped' ? 'unknown' : type}`);
    for (const row of rows) this.#row(row, isCounter ? `${bare}${TOTAL}` : this.#name);
    return `${this.#lines.join('\n')}\n`;
  }

  #row(row: Row, name: string): void {
    const { value } = row;
    const labels = this.#labels(ownLabels(row));
    const time = row.timeMs === undefined ? '' : ` ${this.#time(row.timeMs)}`;
    switch (value.kind) {
      case 'number': {
        const exemplar = this.#family.type === 'counter' ? value.exemplar : undefined;
        this.#sample(name, labels, this.#number(value.value), time, exemplar);
        return;
      }
      case 'histogram':
        this.#histogram(value, labels, time);
        return;
      case 'exponential':
        this.#sample(
          `${this.#name}_bucket`,
          withLabel(labels, 'le="+Inf"'),
          String(value.count),
          time,
        );
        this.#sumAndCount(labels, time, value.sum, value.count);
        return;
      case 'summary':
        for (const { quantile, value: at } of value.quantiles) {
          const part = `quantile="${this.#number(quantile)}"`;
          this.#sample(this.#name, withLabel(labels, part), this.#number(at), time);
        }
        this.#sumAndCount(labels, time, value.sum, value.count);
    }
  }

  #histogram(value: HistogramValue, labels: string, time: string): void {
    const name = `${this.#name}_bucket`;
    let count = 0;
    for (const [at, bound] of [...value.bounds, Infinity].entries()) {
      count += value.counts[at] ?? 0;
      const below = value.bounds[at - 1] ?? -Infinity;
      const exemplar = value.exemplars.findLast((one) => one.value > below && one.value <= bound);
      const total = bound === Infinity ? value.count : count;
      const part = `le="${this.#number(bound)}"`;
      this.#sample(name, withLabel(labels, part), String(total), time, exemplar);
    }
    this.#sumAndCount(labels, time, value.sum, value.count);
  }

  #sumAndCount(labels: string, time: string, sum: number, count: number): void {
    this.#sample(`${this.#name}_sum`, labels, this.#number(sum), time);
    this.#sample(`${this.#name}_count`, labels, String(count), time);
  }

  #sample(
    name: string,
    labels: string,
    value: string,
    time: string,
    exemplar?: ExemplarValue,
  ): void {
    this.#lines.push(`${seriesText(name, labels)} ${value}${time}${this.#exemplar(exemplar)}`);
  }

  #labels(labels: readonly Label[]): string {
    const { escaping } = this.#options;
    return labels
      .map(([name, value]) => `${quotedLabel(escapeName(name, escaping))}="${escapeValue(value)}"`)
      .join(',');
  }

  #exemplar(exemplar: ExemplarValue | undefined): string {
    if (exemplar === undefined || !this.#options.openMetrics) return '';
    const time = exemplar.timeMs > 0 ? ` ${this.#time(exemplar.timeMs)}` : '';
    return ` # {${this.#labels(exemplar.labels)}} ${this.#number(exemplar.value)}${time}`;
  }

  #number(value: number): string {
    return this.#options.openMetrics ? openMetricsNumber(value) : goNumber(value);
  }

  #time(ms: number): string {
    return this.#options.openMetrics ? String(ms / MS_PER_SECOND) : String(ms);
  }
}

/** The two labels of histograms and summaries win over attributes of that name. */
function ownLabels({ labels, value }: Row): readonly Label[] {
  if (value.kind === 'number') return labels;
  const part = value.kind === 'summary' ? 'quantile' : 'le';
  return labels.some(([name]) => name === part) ? labels.filter(([name]) => name !== part) : labels;
}

const withLabel = (labels: string, label: string): string =>
  labels === '' ? label : `${labels},${label}`;

const quotedName = (name: string): string =>
  isPlainMetricName(name) ? name : `"${escapeValue(name)}"`;

const quotedLabel = (name: string): string =>
  isPlainLabelName(name) ? name : `"${escapeValue(name)}"`;

/** A name that has to be quoted stands among the labels. */
function seriesText(name: string, labels: string): string {
  if (isPlainMetricName(name)) return labels === '' ? name : `${name}{${labels}}`;
  return labels === '' ? `{${quotedName(name)}}` : `{${quotedName(name)},${labels}}`;
}

const escapeValue = (text: string): string => (/[\\\n"]/.test(text) ? escaped(text) : text);

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const escapeHelp = (text: string, openMetrics: boolean): string =>
  openMetrics ? escapeValue(text) : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
