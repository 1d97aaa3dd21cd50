// Entries of streams as an OTLP request, written while they are read. The labels of a stream are encoded once and copied
// into each of its records.

import { fromHex } from '../../../base/hex.ts';
import {
  ANY_VALUE,
  KEY_VALUE,
  LOG_RECORD,
  REQUEST,
  RESOURCE_GROUP,
  SCOPE_GROUP,
} from '../../../otlp/fields.ts';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';

export type Pair = readonly [name: string, value: string];

/** Bytes of a text, as they came. */
export interface TextRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

export interface RecordWriterOptions {
  /** When the request arrived. */
  readonly nowNanos: bigint;
  readonly useIncomingTime: boolean;
}

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const MAX_SEVERITY = 24;

export class RecordWriter {
  readonly #out = new ProtobufWriter();
  readonly #options: RecordWriterOptions;
  readonly #group: number;
  readonly #scope: number;
  readonly #labels = new ProtobufWriter();
  #names = new Set<string>();
  #items = 0;

  constructor(options: RecordWriterOptions) {
    this.#options = options;
    this.#group = this.#out.open(REQUEST.groups);
    this.#scope = this.#out.open(RESOURCE_GROUP.scopes);
  }

  /** What comes next is of the stream with these labels. Those that begin with `__` are Loki's own business. */
  stream(labels: readonly Pair[]): void {
    this.#labels.reset();
    this.#names = new Set();
    for (const [name, value] of labels) {
      if (name.startsWith('__') || this.#names.has(name)) continue;
      this.#names.add(name);
      writeAttribute(this.#labels, name, value);
    }
  }

  entry(timeNanos: bigint, line: string | TextRange, metadata: readonly Pair[]): void {
    const { nowNanos, useIncomingTime } = this.#options;
    const out = this.#out;
    const record = out.open(SCOPE_GROUP.items);
    out.fixed64(LOG_RECORD.timeUnixNano, useIncomingTime && timeNanos > 0n ? timeNanos : nowNanos);
    const body = out.open(LOG_RECORD.body);
    if (typeof line === 'string') out.string(ANY_VALUE.stringValue, line);
    else out.range(ANY_VALUE.stringValue, line.bytes, line.start, line.end);
    out.close(body);
    out.raw(this.#labels.view());
    for (const [name, value] of metadata) this.#metadata(name, value);
    out.fixed64(LOG_RECORD.observedTimeUnixNano, nowNanos);
    out.close(record);
    this.#items++;
  }

  finish(): { readonly bytes: Uint8Array; readonly items: number } {
    this.#out.close(this.#scope);
    this.#out.close(this.#group);
    const items = this.#items;
    return { bytes: items === 0 ? new Uint8Array() : this.#out.finish(), items };
  }

  /** What Loki keeps of an OpenTelemetry record beside its line goes back to where it was. */
  #metadata(name: string, value: string): void {
    const out = this.#out;
    if (name === 'trace_id' || name === 'span_id') {
      const id = fromHex(value);
      const wanted = name === 'trace_id' ? TRACE_ID_BYTES : SPAN_ID_BYTES;
      if (id?.length === wanted) {
        out.bytes(name === 'trace_id' ? LOG_RECORD.traceId : LOG_RECORD.spanId, id);
        return;
      }
    }
    if (name === 'severity_text') return out.string(LOG_RECORD.severityText, value);
    if (name === 'severity_number' && /^\d+$/.test(value) && Number(value) <= MAX_SEVERITY) {
      return out.uint(LOG_RECORD.severityNumber, Number(value));
    }
    // As Loki: a label of that name comes first.
    writeAttribute(out, this.#names.has(name) ? `${name}_extracted` : name, value);
  }
}

function writeAttribute(out: ProtobufWriter, name: string, value: string): void {
  const pair = out.open(LOG_RECORD.attributes);
  out.string(KEY_VALUE.key, name);
  const any = out.open(KEY_VALUE.value);
  out.string(ANY_VALUE.stringValue, value);
  out.close(any);
  out.close(pair);
}
