// Planned spans → one ExportTraceServiceRequest, grouped by instance and instrumentation as a Collector sends them.

import {
  REQUEST,
  RESOURCE_GROUP,
  SCOPE,
  SCOPE_GROUP,
  SPAN,
  SPAN_EVENT,
  STATUS,
} from '../../src/otlp/fields.ts';
import { ProtobufWriter } from '../../src/otlp/wire/protobuf-writer.ts';
import {
  type Attribute,
  type Instance,
  makeInstances,
  SERVICES,
  writeAttribute,
  writeResource,
} from './attributes.ts';
import { Random } from './random.ts';
import { type SpanPlan, stackTrace } from './shop.ts';

const EXCEPTION_SHARE = 0.02;
const PLAIN_EVENT_SHARE = 0.03;
const SAMPLED = 0x101; // sampled, and the parent's place is known to be local
const STATUS_ERROR = 2;

export interface PlannedSpan {
  readonly plan: Omit<SpanPlan, 'parent' | 'share' | 'begin'>;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentId: Uint8Array | undefined;
  readonly start: bigint;
  readonly end: bigint;
  readonly failed: boolean;
}

export class RequestWriter {
  readonly #random: Random;
  readonly #instances: readonly Instance[];
  readonly #writer = new ProtobufWriter(512 * 1024);

  constructor(random: Random) {
    this.#random = random;
    this.#instances = makeInstances(new Random(7)); // the same services whatever the seed
  }

  /** The bytes are overwritten by the next call. */
  write(spans: readonly PlannedSpan[]): Uint8Array {
    const groups = new Map<Instance, Map<string, PlannedSpan[]>>();
    for (const span of spans) {
      const scopes = ensure(groups, this.#instanceOf(span), () => new Map<string, PlannedSpan[]>());
      ensure(scopes, span.plan.scope, () => []).push(span);
    }
    this.#writer.reset();
    for (const [instance, scopes] of groups) this.#writeResourceSpans(instance, scopes);
    return this.#writer.finish();
  }

  /** One of the three instances of the service, the same for all spans of it in a trace. */
  #instanceOf({ plan, traceId }: PlannedSpan): Instance {
    const service = SERVICES.findIndex((name) => name === plan.service);
    const instance = this.#instances[service * 3 + ((traceId[1] ?? 0) % 3)];
    if (instance === undefined) throw new Error(`no instance of ${plan.service}`);
    return instance;
  }

  #writeResourceSpans(instance: Instance, scopes: Map<string, PlannedSpan[]>): void {
    const writer = this.#writer;
    const group = writer.open(REQUEST.groups);
    writeResource(writer, RESOURCE_GROUP.resource, instance);
    for (const [name, spans] of scopes) {
      const scopeGroup = writer.open(RESOURCE_GROUP.scopes);
      const scope = writer.open(SCOPE_GROUP.scope);
      writer.string(SCOPE.name, name);
      writer.string(SCOPE.version, '0.201.0');
      writer.close(scope);
      for (const span of spans) this.#writeSpan(span);
      writer.close(scopeGroup);
    }
    writer.close(group);
  }

  #writeSpan(span: PlannedSpan): void {
    const writer = this.#writer;
    const mark = writer.open(SCOPE_GROUP.items);
    writer.bytes(SPAN.traceId, span.traceId);
    writer.bytes(SPAN.spanId, span.spanId);
    if (span.parentId !== undefined) writer.bytes(SPAN.parentSpanId, span.parentId);
    writer.string(SPAN.name, span.plan.name);
    writer.uint(SPAN.kind, span.plan.kind);
    writer.fixed64(SPAN.startTimeUnixNano, span.start);
    writer.fixed64(SPAN.endTimeUnixNano, span.end);
    for (const attribute of span.plan.attributes(this.#random)) {
      writeAttribute(writer, SPAN.attributes, attribute);
    }
    this.#writeEvents(span);
    const status = writer.open(SPAN.status);
    if (span.failed) {
      writer.string(STATUS.message, 'internal error');
      writer.uint(STATUS.code, STATUS_ERROR);
    }
    writer.close(status);
    writer.fixed32(SPAN.flags, SAMPLED);
    writer.close(mark);
  }

  #writeEvents(span: PlannedSpan): void {
    const random = this.#random;
    const time = span.start + (span.end - span.start) / 2n;
    if (random.chance(EXCEPTION_SHARE)) {
      this.#writeEvent(time, 'exception', [
        ['exception.type', 'java.lang.IllegalStateException'],
        ['exception.message', 'stock is below zero'],
        ['exception.stacktrace', stackTrace(random)],
      ]);
    } else if (random.chance(PLAIN_EVENT_SHARE)) {
      this.#writeEvent(time, 'cache.miss', [
        ['cache.key', random.hex(12)],
        ['cache.size', BigInt(random.below(100_000))],
      ]);
    }
  }

  #writeEvent(time: bigint, name: string, attributes: readonly Attribute[]): void {
    const event = this.#writer.open(SPAN.events);
    this.#writer.fixed64(SPAN_EVENT.timeUnixNano, time);
    this.#writer.string(SPAN_EVENT.name, name);
    for (const attribute of attributes) {
      writeAttribute(this.#writer, SPAN_EVENT.attributes, attribute);
    }
    this.#writer.close(event);
  }
}

function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
