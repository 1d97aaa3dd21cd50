// ExportLogsServiceRequests of the same shop: about 350 B and eight attributes a record, three in four correlated with
// a trace, severities as in a healthy service.

import {
  ANY_VALUE,
  LOG_RECORD,
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

export interface LogSettings {
  readonly seed: number;
  readonly recordsPerRequest: number;
  readonly startUnixNano: bigint;
  readonly stepNano: bigint;
}

const DEFAULT_LOGS: LogSettings = {
  seed: 1,
  recordsPerRequest: 512,
  startUnixNano: 1_790_000_000_000_000_000n,
  stepNano: 10_000n,
};

const RECORDS_PER_GROUP = 32;
const TRACE_SHARE = 0.75;

const SEVERITIES = [
  [9, 'INFO', 0.8],
  [5, 'DEBUG', 0.1],
  [13, 'WARN', 0.07],
  [17, 'ERROR', 0.03],
] as const;

const BODIES: ReadonlyArray<(random: Random) => string> = [
  (r) => `request handled method=GET path=/products/${r.hex(8)} status=200 took=${r.below(900)}ms`,
  (r) => `cart ${r.hex(8)} updated: ${r.below(9)} items, total ${r.below(90_000) / 100} EUR`,
  (r) => `connection to pg-primary.internal:5432 acquired after ${r.below(20)} ms`,
  (r) => `published message ${r.hex(16)} to orders partition ${r.below(24)}`,
  (r) => `payment of order ${r.hex(8)} authorised by provider, reference ${r.hex(12)}`,
  (r) => `{"event":"stock_checked","sku":"${r.hex(6)}","left":${r.below(500)}}`,
];

export class LogGenerator {
  readonly #random: Random;
  readonly #settings: LogSettings;
  readonly #instances: readonly Instance[];
  readonly #writer = new ProtobufWriter(256 * 1024);
  #time: bigint;

  constructor(settings: Partial<LogSettings> = {}) {
    this.#settings = { ...DEFAULT_LOGS, ...settings };
    this.#random = new Random(this.#settings.seed);
    this.#instances = makeInstances(new Random(7));
    this.#time = this.#settings.startUnixNano;
  }

  next(): Uint8Array {
    const writer = this.#writer;
    writer.reset();
    let left = this.#settings.recordsPerRequest;
    while (left > 0) {
      const group = writer.open(REQUEST.groups);
      writeResource(writer, RESOURCE_GROUP.resource, this.#random.pick(this.#instances));
      const scopeGroup = writer.open(RESOURCE_GROUP.scopes);
      const scope = writer.open(SCOPE_GROUP.scope);
      writer.string(SCOPE.name, 'com.example.shop.Service');
      writer.close(scope);
      for (let n = Math.min(left, RECORDS_PER_GROUP); n > 0; n--) this.#writeRecord();
      left -= RECORDS_PER_GROUP;
      writer.close(scopeGroup);
      writer.close(group);
    }
    return writer.finish();
  }

  #writeRecord(): void {
    const writer = this.#writer;
    const random = this.#random;
    const [severity, severityText] = this.#severity();
    this.#time += this.#settings.stepNano;
    const record = writer.open(SCOPE_GROUP.items);
    writer.fixed64(LOG_RECORD.timeUnixNano, this.#time);
    writer.uint(LOG_RECORD.severityNumber, severity);
    writer.string(LOG_RECORD.severityText, severityText);
    const body = writer.open(LOG_RECORD.body);
    writer.string(ANY_VALUE.stringValue, random.pick(BODIES)(random));
    writer.close(body);
    for (const attribute of attributes(random)) {
      writeAttribute(writer, LOG_RECORD.attributes, attribute);
    }
    if (random.chance(TRACE_SHARE)) {
      writer.fixed32(LOG_RECORD.flags, 1);
      writer.bytes(LOG_RECORD.traceId, random.id(16));
      writer.bytes(LOG_RECORD.spanId, random.id(8));
    }
    writer.fixed64(LOG_RECORD.observedTimeUnixNano, this.#time + 1_500_000n);
    writer.close(record);
  }

  #severity(): readonly [number: number, text: string] {
    let rest = this.#random.fraction();
    for (const [number, text, share] of SEVERITIES) {
      rest -= share;
      if (rest < 0) return [number, text];
    }
    return [9, 'INFO'];
  }
}

const attributes = (random: Random): Attribute[] => [
  [
    'code.function.name',
    `com.example.shop.${random.pick(['handle', 'charge', 'reserve', 'ship'])}`,
  ],
  ['code.line.number', BigInt(random.below(900))],
  ['thread.name', `worker-${random.below(40)}`],
  ['log.iostream', 'stdout'],
  ['app.customer.id', `c-${random.hex(8)}`],
  ['app.tenant', random.pick(['de', 'fr', 'us', 'jp'])],
  ['retry', random.chance(0.05)],
  ['duration_ms', Math.round(random.logNormal(20, 1) * 1000) / 1000],
];
