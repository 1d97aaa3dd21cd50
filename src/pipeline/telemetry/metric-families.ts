// Metric families that many instances share: the first one that asks registers it.

import type { Counter, Gauge, Histogram, Labels, Registry } from '../../telemetry/registry.ts';

export class MetricFamilies {
  readonly #registry: Registry;
  readonly #counters = new Map<string, (labels?: Labels) => Counter>();
  readonly #gauges = new Map<string, (labels?: Labels) => Gauge>();
  readonly #histograms = new Map<string, (labels?: Labels) => Histogram>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Names as upstream, `otelcol_…`, without `_total`. */
  counter(name: string, help: string, labels: Labels): Counter {
    return family(this.#counters, name, () => this.#registry.counter(name, help))(labels);
  }

  gauge(name: string, help: string, labels: Labels): Gauge {
    return family(this.#gauges, name, () => this.#registry.gauge(name, help))(labels);
  }

  /** `bounds` ascending, in the metric's unit; those of the first caller count. */
  histogram(name: string, help: string, bounds: readonly number[], labels: Labels): Histogram {
    const make = (): ((labels?: Labels) => Histogram) =>
      this.#registry.histogram(name, help, bounds);
    return family(this.#histograms, name, make)(labels);
  }
}

function family<T>(families: Map<string, T>, name: string, make: () => T): T {
  let found = families.get(name);
  if (found === undefined) {
    found = make();
    families.set(name, found);
  }
  return found;
}
