// Profiles in pprof's format, protobuf in gzip: https://github.com/google/pprof/blob/main/proto/profile.proto

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';

const PROFILE = {
  sampleType: 1,
  sample: 2,
  location: 4,
  function: 5,
  stringTable: 6,
  timeNanos: 9,
  durationNanos: 10,
  periodType: 11,
  period: 12,
  comment: 13,
} as const;
const VALUE_TYPE = { type: 1, unit: 2 } as const;
const SAMPLE = { locationId: 1, value: 2 } as const;
const LOCATION = { id: 1, line: 4 } as const;
const LINE = { functionId: 1, line: 2 } as const;
const FUNCTION = { id: 1, name: 2, systemName: 3, filename: 4, startLine: 5 } as const;

/** What V8's profilers call a place. Lines count from 0, or are -1. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

export interface ValueType {
  readonly type: string;
  readonly unit: string;
}

export interface ProfileHead {
  readonly sampleTypes: readonly ValueType[];
  readonly periodType: ValueType;
  readonly period: number;
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
  readonly comments: readonly string[];
}

const gzipSoon = promisify(gzip);

export class ProfileWriter {
  readonly #out = new ProtobufWriter();
  readonly #strings = new Map<string, number>([['', 0]]);
  /** Location and function have one number: there is one location in each function. */
  readonly #places = new Map<string, number>();
  readonly #head: ProfileHead;

  constructor(head: ProfileHead) {
    this.#head = head;
    for (const type of head.sampleTypes) this.#valueType(PROFILE.sampleType, type);
  }

  /** @param stack the innermost first. @param values one for each sample type. */
  sample(stack: readonly CallFrame[], values: readonly number[]): void {
    const ids = stack.map((frame) => this.#place(frame));
    const sample = this.#out.open(PROFILE.sample);
    const locations = this.#out.open(SAMPLE.locationId);
    for (const id of ids) this.#out.varint(id);
    this.#out.close(locations);
    const list = this.#out.open(SAMPLE.value);
    for (const value of values) this.#out.varint(Math.round(value));
    this.#out.close(list);
    this.#out.close(sample);
  }

  async finish(): Promise<Buffer> {
    const { timeNanos, durationNanos, periodType, period, comments } = this.#head;
    this.#out.int64(PROFILE.timeNanos, timeNanos);
    this.#out.int64(PROFILE.durationNanos, durationNanos);
    this.#valueType(PROFILE.periodType, periodType);
    this.#out.uint(PROFILE.period, period);
    for (const comment of comments) this.#out.uint(PROFILE.comment, this.#string(comment));
    for (const text of this.#strings.keys()) this.#out.string(PROFILE.stringTable, text);
    return gzipSoon(this.#out.finish());
  }

  #valueType(field: number, { type, unit }: ValueType): void {
    const mark = this.#out.open(field);
    this.#out.uint(VALUE_TYPE.type, this.#string(type));
    this.#out.uint(VALUE_TYPE.unit, this.#string(unit));
    this.#out.close(mark);
  }

  #place({ functionName, url, lineNumber }: CallFrame): number {
    const key = `${functionName}\n${url}\n${lineNumber}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const id = this.#places.size + 1;
    this.#places.set(key, id);
    const name = this.#string(functionName === '' ? '(anonymous)' : functionName);
    const line = Math.max(0, lineNumber + 1);
    const one = this.#out.open(PROFILE.function);
    this.#out.uint(FUNCTION.id, id);
    this.#out.uint(FUNCTION.name, name);
    this.#out.uint(FUNCTION.systemName, name);
    this.#out.uint(FUNCTION.filename, this.#string(url));
    this.#out.uint(FUNCTION.startLine, line);
    this.#out.close(one);
    const location = this.#out.open(PROFILE.location);
    this.#out.uint(LOCATION.id, id);
    const at = this.#out.open(LOCATION.line);
    this.#out.uint(LINE.functionId, id);
    this.#out.uint(LINE.line, line);
    this.#out.close(at);
    this.#out.close(location);
    return id;
  }

  #string(text: string): number {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const number = this.#strings.size;
    this.#strings.set(text, number);
    return number;
  }
}
