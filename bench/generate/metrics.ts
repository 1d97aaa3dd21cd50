// ExportMetricsServiceRequests of the same shop: gauges, counters and histograms of a fixed set of series, a point for
// each series a round, 15 attributes a point, as runtime and HTTP instrumentations send them.

import {
  HISTOGRAM_POINT,
  METRIC,
  METRIC_DATA,
  NUMBER_POINT,
  REQUEST,
  RESOURCE_GROUP,
  SCOPE,
  SCOPE_GROUP,
} from '../../src/otlp/fields.ts';
import { ProtobufWriter } from '../../src/otlp/wire/protobuf-writer.ts';
import {
  type Attribute,
  type Instance,
  makeInstances,
  writeAttribute,
  writeResource,
} from './attributes.ts';
import { Random } from './random.ts';

export interface MetricSettings {
  readonly seed: number;
  /** Points of each metric of each instance a round. */
  readonly pointsPerMetric: number;
  readonly startUnixNano: bigint;
  /** Between two rounds, ns. */
  readonly intervalNano: bigint;
}

const DEFAULT_METRICS: MetricSettings = {
  seed: 1,
  pointsPerMetric: 8,
  startUnixNano: 1_790_000_000_000_000_000n,
  intervalNano: 10_000_000_000n,
};

const CUMULATIVE = 2;
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

const GAUGES = [
  ['system.memory.usage', 'By'],
  ['process.cpu.utilization', '1'],
  ['queue.depth', '{message}'],
] as const;
const COUNTERS = [
  ['http.server.request.count', '{request}'],
  ['orders.created', '{order}'],
  ['network.io', 'By'],
] as const;
const HISTOGRAMS = [
  ['http.server.request.duration', 's'],
  ['db.client.operation.duration', 's'],
] as const;

export class MetricGenerator {
  readonly #random: Random;
  readonly #settings: MetricSettings;
  readonly #instances: readonly Instance[];
  readonly #writer = new ProtobufWriter(512 * 1024);
  #round = 0n;

  constructor(settings: Partial<MetricSettings> = {}) {
    this.#settings = { ...DEFAULT_METRICS, ...settings };
    this.#random = new Random(this.#settings.seed);
    this.#instances = makeInstances(new Random(7));
  }

  /** Data points of one request. */
  get pointsPerRequest(): number {
    const metrics = GAUGES.length + COUNTERS.length + HISTOGRAMS.length;
    return metrics * this.#settings.pointsPerMetric;
  }

  /** The next request: one instance's metrics of one round. */
  next(): Uint8Array {
    const writer = this.#writer;
    const instances = BigInt(this.#instances.length);
    const instance = this.#instances[Number(this.#round % instances)];
    if (instance === undefined) throw new Error('no instances');
    const time =
      this.#settings.startUnixNano + (this.#round / instances) * this.#settings.intervalNano;
    this.#round++;
    writer.reset();
    const group = writer.open(REQUEST.groups);
    writeResource(writer, RESOURCE_GROUP.resource, instance);
    const scopeGroup = writer.open(RESOURCE_GROUP.scopes);
    const scope = writer.open(SCOPE_GROUP.scope);
    writer.string(SCOPE.name, '@opentelemetry/instrumentation-runtime');
    writer.string(SCOPE.version, '0.201.0');
    writer.close(scope);
    for (const [name, unit] of GAUGES) this.#metric(name, unit, METRIC.gauge, time);
    for (const [name, unit] of COUNTERS) this.#metric(name, unit, METRIC.sum, time);
    for (const [name, unit] of HISTOGRAMS) this.#metric(name, unit, METRIC.histogram, time);
    writer.close(scopeGroup);
    writer.close(group);
    return writer.finish();
  }

  #metric(name: string, unit: string, data: number, time: bigint): void {
    const writer = this.#writer;
    const metric = writer.open(SCOPE_GROUP.items);
    writer.string(METRIC.name, name);
    writer.string(METRIC.description, `${name} as the instrumentation measures it`);
    writer.string(METRIC.unit, unit);
    const body = writer.open(data);
    for (let series = 0; series < this.#settings.pointsPerMetric; series++) {
      const point = writer.open(METRIC_DATA.dataPoints);
      if (data === METRIC.histogram) this.#histogramPoint(name, series, time);
      else this.#numberPoint(name, series, time, data === METRIC.sum);
      writer.close(point);
    }
    if (data !== METRIC.gauge) writer.uint(METRIC_DATA.aggregationTemporality, CUMULATIVE);
    if (data === METRIC.sum) writer.bool(METRIC_DATA.isMonotonic, true);
    writer.close(body);
    writer.close(metric);
  }

  #numberPoint(name: string, series: number, time: bigint, counter: boolean): void {
    const writer = this.#writer;
    if (counter) writer.fixed64(NUMBER_POINT.startTimeUnixNano, this.#settings.startUnixNano);
    writer.fixed64(NUMBER_POINT.timeUnixNano, time);
    if (counter) {
      const seconds = (time - this.#settings.startUnixNano) / 1_000_000_000n;
      writer.fixed64(
        NUMBER_POINT.asInt,
        seconds * BigInt(3 + series) + BigInt(this.#random.below(9)),
      );
    } else {
      writer.double(NUMBER_POINT.asDouble, 1000 * (series + 1) + this.#random.fraction() * 50);
    }
    for (const attribute of attributes(name, series)) {
      writeAttribute(writer, NUMBER_POINT.attributes, attribute);
    }
  }

  #histogramPoint(name: string, series: number, time: bigint): void {
    const writer = this.#writer;
    const counts = [...BOUNDS, 0].map(() => BigInt(this.#random.below(50)));
    writer.fixed64(HISTOGRAM_POINT.startTimeUnixNano, this.#settings.startUnixNano);
    writer.fixed64(HISTOGRAM_POINT.timeUnixNano, time);
    writer.fixed64(
      HISTOGRAM_POINT.count,
      counts.reduce((sum, count) => sum + count, 0n),
    );
    writer.double(HISTOGRAM_POINT.sum, this.#random.fraction() * 400);
    const buckets = writer.open(HISTOGRAM_POINT.bucketCounts);
    for (const count of counts) writer.bareFixed64(count);
    writer.close(buckets);
    const bounds = writer.open(HISTOGRAM_POINT.explicitBounds);
    for (const bound of BOUNDS) writer.bareDouble(bound);
    writer.close(bounds);
    for (const attribute of attributes(name, series)) {
      writeAttribute(writer, HISTOGRAM_POINT.attributes, attribute);
    }
  }
}

/** Fixed for a series, so that rounds repeat the same series. */
function attributes(name: string, series: number): Attribute[] {
  const random = new Random(name.length * 1000 + series);
  return [
    ['http.request.method', random.pick(['GET', 'POST', 'PUT'])],
    ['http.route', `/api/v2/shops/{shop}/${random.pick(['products', 'orders', 'cart'])}/{id}`],
    ['http.response.status_code', random.pick([200n, 201n, 404n, 500n])],
    ['url.scheme', 'https'],
    ['server.address', 'shop.eu-central-1.prod.example.com'],
    ['server.port', 443n],
    ['network.protocol.name', 'http'],
    ['network.protocol.version', '1.1'],
    ['error.type', ''],
    ['app.tenant', random.pick(['de', 'fr', 'us', 'jp'])],
    ['app.plan', random.pick(['free', 'pro', 'team'])],
    ['app.region', random.pick(['eu-central-1', 'us-east-1'])],
    ['app.shard', BigInt(series)],
    ['app.canary', random.chance(0.1)],
    ['app.build', `2026.11.${series}-${random.hex(40)}`],
  ];
}
