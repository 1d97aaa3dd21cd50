// Our own metrics: counters, gauges and histograms in memory, read out as Prometheus text.
// Names are the Collector's where it has one. Hot paths hold the child of a label set and add to a plain number.

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount: number): void;
  readonly value: number;
}

export interface Gauge {
  set(value: number): void;
  readonly value: number;
}

export interface Histogram {
  observe(value: number): void;
  readonly count: number;
}

export interface Sample {
  /** Added to the family's name: ``, `_bucket`, `_sum`, `_count`. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => Iterable<Sample>;
}

export class Registry {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string): (labels?: Labels) => Counter {
    return this.#children(name, help, 'counter', () => new Cell());
  }

  gauge(name: string, help: string): (labels?: Labels) => Gauge {
    return this.#children(name, help, 'gauge', () => new Cell());
  }

  /** A family whose samples are asked for when somebody reads: sizes, states, counters kept elsewhere. */
  observed(
    name: string,
    help: string,
    type: 'counter' | 'gauge',
    samples: () => Iterable<Sample>,
  ): void {
    this.#add({ name, help, type, samples });
  }

  /** `bounds` ascending, in the metric's unit. */
  histogram(name: string, help: string, bounds: readonly number[]): (labels?: Labels) => Histogram {
    const children = new Map<string, HistogramCell>();
    this.#add({
      name,
      help,
      type: 'histogram',
      samples: () => [...children.values()].flatMap((child) => child.samples()),
    });
    return (labels = {}) => getOrMake(children, labels, () => new HistogramCell(labels, bounds));
  }

  families(): Iterable<Family> {
    return this.#families.values();
  }

  #children(
    name: string,
    help: string,
    type: 'counter' | 'gauge',
    make: () => Cell,
  ): (labels?: Labels) => Cell {
    const children = new Map<string, { readonly labels: Labels; readonly cell: Cell }>();
    this.#add({
      name,
      help,
      type,
      samples: () =>
        [...children.values()].map(({ labels, cell }) => ({
          suffix: '',
          labels,
          value: cell.value,
        })),
    });
    return (labels = {}) => getOrMake(children, labels, () => ({ labels, cell: make() })).cell;
  }

  #add(family: Family): void {
    if (this.#families.has(family.name))
      throw new Error(`metric ${family.name} is registered twice`);
    this.#families.set(family.name, family);
  }
}

class Cell implements Counter, Gauge {
  value = 0;
  add(amount: number): void {
    this.value += amount;
  }
  set(value: number): void {
    this.value = value;
  }
}

class HistogramCell implements Histogram {
  count = 0;
  #sum = 0;
  readonly #labels: Labels;
  readonly #bounds: readonly number[];
  readonly #buckets: Float64Array;

  constructor(labels: Labels, bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
    this.#buckets = new Float64Array(bounds.length);
  }

  observe(value: number): void {
    this.count += 1;
    this.#sum += value;
    for (let i = this.#bounds.length - 1; i >= 0 && value <= (this.#bounds[i] ?? 0); i--) {
      this.#buckets[i] = (this.#buckets[i] ?? 0) + 1;
    }
  }

  samples(): Sample[] {
    const bucket = (le: string, value: number): Sample => ({
      suffix: '_bucket',
      labels: { ...this.#labels, le },
      value,
    });
    return [
      ...this.#bounds.map((bound, i) => bucket(String(bound), this.#buckets[i] ?? 0)),
      bucket('+Inf', this.count),
      { suffix: '_sum', labels: this.#labels, value: this.#sum },
      { suffix: '_count', labels: this.#labels, value: this.count },
    ];
  }
}

function getOrMake<T>(children: Map<string, T>, labels: Labels, make: () => T): T {
  const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  let child = children.get(key);
  if (child === undefined) {
    child = make();
    children.set(key, child);
  }
  return child;
}
