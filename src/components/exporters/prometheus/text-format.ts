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
    switch (value.kind) {
      case 'number': {
        const exemplar = this.#family.type === 'counter' ? value.exemplar : undefined;
        this.#sample(name, row, [], this.#number(value.value), exemplar);
        return;
      }
      case 'histogram':
        this.#histogram(row, value);
        return;
      case 'exponential':
        this.#sample(`${this.#name}_bucket`, row, [['le', '+Inf']], String(value.count));
        this.#sumAndCount(row, value.sum, value.count);
        return;
      case 'summary':
        for (const { quantile, value: at } of value.quantiles) {
          this.#sample(this.#name, row, [['quantile', this.#number(quantile)]], this.#number(at));
        }
        this.#sumAndCount(row, value.sum, value.count);
    }
  }

  #histogram(row: Row, value: HistogramValue): void {
    let count = 0;
    for (const [at, bound] of [...value.bounds, Infinity].entries()) {
      count += value.counts[at] ?? 0;
      const below = value.bounds[at - 1] ?? -Infinity;
      const exemplar = value.exemplars.findLast((one) => one.value > below && one.value <= bound);
      const total = bound === Infinity ? value.count : count;
      this.#sample(
        `${this.#name}_bucket`,
        row,
        [['le', this.#number(bound)]],
        String(total),
        exemplar,
      );
    }
    this.#sumAndCount(row, value.sum, value.count);
  }

  #sumAndCount(row: Row, sum: number, count: number): void {
    this.#sample(`${this.#name}_sum`, row, [], this.#number(sum));
    this.#sample(`${this.#name}_count`, row, [], String(count));
  }

  #sample(
    name: string,
    row: Row,
    more: readonly Label[],
    value: string,
    exemplar?: ExemplarValue,
  ): void {
    const time = row.timeMs === undefined ? '' : ` ${this.#time(row.timeMs)}`;
    const series = seriesText(name, this.#labels(row.labels, more));
    this.#lines.push(`${series} ${value}${time}${this.#exemplar(exemplar)}`);
  }

  /** The two labels of histograms and summaries win over attributes of that name. */
  #labels(labels: readonly Label[], more: readonly Label[]): string {
    const { escaping } = this.#options;
    const own = more.length === 0 ? labels : labels.filter(([name]) => name !== more[0]?.[0]);
    return [...own, ...more]
      .map(([name, value]) => `${quotedLabel(escapeName(name, escaping))}="${escapeValue(value)}"`)
      .join(',');
  }

  #exemplar(exemplar: ExemplarValue | undefined): string {
    if (exemplar === undefined || !this.#options.openMetrics) return '';
    const time = exemplar.timeMs > 0 ? ` ${this.#time(exemplar.timeMs)}` : '';
    return ` # {${this.#labels(exemplar.labels, [])}} ${this.#number(exemplar.value)}${time}`;
  }

  #number(value: number): string {
    return this.#options.openMetrics ? openMetricsNumber(value) : goNumber(value);
  }

  #time(ms: number): string {
    return this.#options.openMetrics ? String(ms / MS_PER_SECOND) : String(ms);
  }
}

const quotedName = (name: string): string =>
  isPlainMetricName(name) ? name : `"${escapeValue(name)}"`;

const quotedLabel = (name: string): string =>
  isPlainLabelName(name) ? name : `"${escapeValue(name)}"`;

/** A name that has to be quoted stands among the labels. */
function seriesText(name: string, labels: string): string {
  if (isPlainMetricName(name)) return labels === '' ? name : `${name}{${labels}}`;
  return labels === '' ? `{${quotedName(name)}}` : `{${quotedName(name)},${labels}}`;
}

const escapeValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const escapeHelp = (text: string, openMetrics: boolean): string =>
  openMetrics ? escapeValue(text) : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
