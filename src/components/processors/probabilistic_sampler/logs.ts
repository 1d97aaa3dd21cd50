// Sampling log records: by their trace id or by an attribute; threshold and randomness are attributes of the record.

import type { LogBatch } from '../../../otlp/batch.ts';
import { batchOf } from '../../../otlp/batch.ts';
import { AttributeEditor } from '../../../otlp/edit/attribute-editor.ts';
import { editItems } from '../../../otlp/edit/edit-items.ts';
import { readValue } from '../../../otlp/edit/read-value.ts';
import { passingValue } from '../../../otlp/edit/write-value.ts';
import { LOG_RECORD } from '../../../otlp/fields.ts';
import { NONE } from '../../../otlp/index/group-table.ts';
import { TRACE_ID_BYTES } from '../../../otlp/index/ids.ts';
import type { LogIndex } from '../../../otlp/index/log-index.ts';
import { bytesTag } from '../../../otlp/index/scan.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';
import { selectItems } from '../../../otlp/ranges/select.ts';
import { type Bits56, hexOf, randomOfTraceId } from '../../../otlp/sampling/bits56.ts';
import {
  KEEP_ALL,
  KEEP_NONE,
  parseRandomness,
  parseThreshold,
  thresholdFor,
  thresholdText,
} from '../../../otlp/sampling/threshold.ts';
import type { ProbabilisticSamplerConfig } from './config.ts';
import { fnv1a, randomnessOfHash } from './hash.ts';
import type { Decision, Item, Prior, Sampler } from './sampler.ts';

const ATTRIBUTES = bytesTag(LOG_RECORD.attributes);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const THRESHOLD = utf8('sampling.threshold');
const RANDOMNESS = utf8('sampling.randomness');
const PERCENT = 100;

export class LogSampler {
  readonly #sampler: Sampler;
  readonly #config: ProbabilisticSamplerConfig;
  readonly #source: Uint8Array;
  readonly #priority: Uint8Array;
  readonly #editor = new AttributeEditor();

  constructor(sampler: Sampler, config: ProbabilisticSamplerConfig) {
    this.#sampler = sampler;
    this.#config = config;
    this.#source = utf8(config.from_attribute);
    this.#priority = utf8(config.sampling_priority);
  }

  /** @returns what is kept, with its thresholds; `count` is told of every decision. */
  sample(batch: LogBatch, count: (decision: Decision, records: number) => void): LogBatch {
    const index = batch.index();
    const keep = new Uint8Array(index.count);
    const writes: Array<Prior | undefined> = [];
    for (let record = 0; record < index.count; record++) {
      const decision = this.#sampler.decide(this.#itemOf(batch.bytes, index, record));
      count(decision, 1);
      if (!decision.kept) continue;
      keep[record] = 1;
      writes.push(decision.write);
    }
    const kept = selectItems(batch, keep);
    const bytes = this.#write(kept.bytes, writes);
    return batchOf('logs', bytes, writes.length);
  }

  #itemOf(bytes: Uint8Array, index: LogIndex, record: number): Item {
    this.#editor.load(bytes, index.start[record] ?? 0, index.end[record] ?? 0, ATTRIBUTES);
    const idAt = index.traceId[record] ?? NONE;
    return {
      prior: this.#prior(),
      traceRandomness: idAt === NONE ? undefined : randomOfTraceId(bytes, idAt),
      hashed: this.#sampler.mode === 'hash_seed' ? this.#hashed(bytes, idAt) : undefined,
      forced: this.#forced(),
    };
  }

  /** Undefined: there is one that cannot be read. */
  #prior(): Prior | undefined {
    const th = this.#text(THRESHOLD);
    const rv = this.#text(RANDOMNESS);
    const threshold = th === '' ? undefined : parseThreshold(th);
    const randomness = rv === '' ? undefined : parseRandomness(rv);
    const isWrong =
      (th !== '' && threshold === undefined) || (rv !== '' && randomness === undefined);
    return isWrong ? undefined : { threshold, randomness };
  }

  #text(key: Uint8Array): string {
    const found = this.#editor.find(key);
    return found === NONE ? '' : (readValue(this.#editor.value(found)).stringValue ?? '');
  }

  #hashed(bytes: Uint8Array, idAt: number): Item['hashed'] {
    const { attribute_source, from_attribute, hash_seed } = this.#config;
    const randomness = (of: Uint8Array, start: number, end: number): Bits56 =>
      randomnessOfHash(fnv1a(hash_seed, of, start, end));
    if (attribute_source === 'traceID' && idAt !== NONE) {
      const end = idAt + TRACE_ID_BYTES;
      return { randomness: randomness(bytes, idAt, end), policy: 'trace_id_hash' };
    }
    const found = from_attribute === '' ? NONE : this.#editor.find(this.#source);
    if (found === NONE) return undefined;
    const value = readValue(this.#editor.value(found));
    const source = value.bytesValue ?? utf8(valueText(value));
    if (source.length === 0) return undefined;
    return { randomness: randomness(source, 0, source.length), policy: from_attribute };
  }

  /** The record's own percentage: 0 drops it, 100 and more keep it. */
  #forced(): Bits56 | undefined {
    if (this.#priority.length === 0) return undefined;
    const found = this.#editor.find(this.#priority);
    if (found === NONE) return undefined;
    const { intValue, doubleValue } = readValue(this.#editor.value(found));
    const percent = Number(intValue ?? doubleValue ?? Number.NaN);
    if (Number.isNaN(percent)) return undefined;
    if (percent >= PERCENT) return KEEP_ALL;
    return thresholdFor(percent / PERCENT, this.#config.sampling_precision) ?? KEEP_NONE;
  }

  #write(bytes: Uint8Array, writes: ReadonlyArray<Prior | undefined>): Uint8Array {
    let record = 0;
    return editItems('logs', bytes, (edits, start, end, place) => {
      const write = writes[record++];
      if (write === undefined) return;
      const editor = this.#editor;
      editor.load(bytes, start, end, place.attributesTag);
      const { threshold, randomness } = write;
      if (randomness !== undefined) this.#put(RANDOMNESS, hexOf(randomness));
      if (threshold !== undefined) this.#put(THRESHOLD, thresholdText(threshold));
      editor.commit(edits);
    });
  }

  #put(key: Uint8Array, text: string): void {
    this.#editor.put(key, passingValue(text));
  }
}
