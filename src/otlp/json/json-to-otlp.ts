// OTLP/JSON to OTLP bytes, in one pass and without objects: the reader pulls, the writer nests, the schema says what is
// what. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
//
// Accepted beyond what the specification asks of a sender: snake_case names, 64-bit integers as numbers (all digits
// count), 32-bit ones as strings, enums by name, NaN and infinities as strings. Unknown fields are ignored, null is
// absent. A key that stands twice is as a protobuf field that stands twice: the last scalar counts, messages merge.

import { isUtf8 } from 'node:buffer';
import { fromHex } from '../../base/hex.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Signal } from '../../base/signal.ts';
import { type FieldSchema, type MessageSchema, type Scalar, SCHEMA } from '../schema.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';
import { JsonFault, JsonReader, MAX_JSON_DEPTH } from './json-reader.ts';

export interface JsonError {
  /** What is wrong and where in the text. */
  readonly message: string;
  /** Where in the request: `resourceSpans[0].scopeSpans[0].spans[3].traceId`; empty for the request itself. */
  readonly path: string;
}

/** @param json text, or the bytes of it in UTF-8. The result still wants `checkRequest`. */
export function jsonToOtlp(
  signal: Signal,
  json: string | Uint8Array,
): Result<Uint8Array, JsonError> {
  const bytes = typeof json === 'string' ? new TextEncoder().encode(json) : json;
  if (!isUtf8(bytes)) return err({ message: 'the body is not UTF-8 text', path: '' });
  const transcoder = new Transcoder(bytes);
  try {
    return ok(transcoder.run(SCHEMA[signal].request));
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    return err({ message: fault.message, path: transcoder.path() });
  }
}

interface IntRange {
  readonly min: bigint;
  readonly max: bigint;
}
const UINT32: IntRange = { min: 0n, max: 2n ** 32n - 1n };
const INT32: IntRange = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const UINT64: IntRange = { min: 0n, max: 2n ** 64n - 1n };
const INT64: IntRange = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** Longer than any integer of 64 bits, with room for zeros; keeps the work of one number small. */
const MAX_INTEGER_CHARS = 64;

/** 16 or 8 bytes as protobuf's own JSON would write them: the usual mistake. */
const BASE64_ID = /^([A-Za-z0-9+/_-]{22}(==)?|[A-Za-z0-9+/_-]{11}=?)$/;

const DOUBLE_WORDS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

class Transcoder {
  readonly #reader: JsonReader;
  readonly #writer: ProtobufWriter;
  readonly #path: string[] = [];

  constructor(bytes: Uint8Array) {
    this.#reader = new JsonReader(bytes);
    this.#writer = new ProtobufWriter(Math.max(256, bytes.length >> 1));
  }

  run(request: MessageSchema): Uint8Array {
    this.#message(request);
    this.#reader.end();
    return this.#writer.finish();
  }

  path(): string {
    return this.#path.join('').replace(/^\./, '');
  }

  #message(schema: MessageSchema): void {
    if (this.#path.length > MAX_JSON_DEPTH)
      this.#reader.fail(`nested deeper than ${MAX_JSON_DEPTH}`);
    if (this.#reader.kind() !== 'object')
      this.#reader.fail(`an object (${schema.name}) is expected`);
    this.#reader.object((key) => {
      const field = schema.byName.get(key);
      if (field === undefined) {
        this.#reader.pass();
        return;
      }
      this.#path.push(`.${key}`);
      if (this.#reader.kind() === 'null') this.#reader.literal('null');
      else if (field.repeated) this.#list(field);
      else this.#single(field);
      this.#path.pop();
    });
  }

  #single(field: FieldSchema): void {
    if (field.message === undefined) {
      this.#scalar(field, field.scalar ?? 'bytes');
      return;
    }
    const mark = this.#writer.open(field.number);
    this.#message(field.message);
    this.#writer.close(mark);
  }

  #list(field: FieldSchema): void {
    const reader = this.#reader;
    if (reader.kind() !== 'list') reader.fail('a list is expected');
    const packed = field.message === undefined && field.scalar !== 'string';
    const mark = packed ? this.#writer.open(field.number) : 0;
    reader.list((index) => {
      this.#path.push(`[${index}]`);
      if (field.message !== undefined && reader.kind() === 'null') {
        reader.literal('null');
        this.#writer.close(this.#writer.open(field.number)); // an element without a value keeps its place
      } else if (packed) this.#packed(field.scalar);
      else this.#single(field);
      this.#path.pop();
    });
    if (packed) this.#writer.close(mark);
  }

  #packed(scalar: Scalar | undefined): void {
    if (scalar === 'double') this.#writer.bareDouble(this.#double());
    else if (scalar === 'fixed64') this.#writer.bareFixed64(this.#int(UINT64));
    else this.#writer.varint64(this.#int(UINT64));
  }

  #scalar(field: FieldSchema, scalar: Scalar): void {
    const writer = this.#writer;
    const { number } = field;
    switch (scalar) {
      case 'string':
        return this.#string(number);
      case 'bytes':
        return writer.bytes(number, this.#base64());
      case 'id':
        return this.#id(number);
      case 'bool':
        return writer.bool(number, this.#bool());
      case 'uint32':
        return writer.uint(number, Number(this.#int(UINT32)));
      case 'sint32':
        return writer.sint32(number, Number(this.#int(INT32)));
      case 'fixed32':
        return writer.fixed32(number, Number(this.#int(UINT32)));
      case 'enum':
        return writer.int32(number, this.#enum(field));
      case 'uint64':
        return writer.int64(number, this.#int(UINT64));
      case 'int64':
        return writer.int64(number, this.#int(INT64));
      case 'fixed64':
        return writer.fixed64(number, this.#int(UINT64));
      case 'sfixed64':
        return writer.fixed64(number, this.#int(INT64));
      case 'double':
        return writer.double(number, this.#double());
    }
  }

  #string(number: number): void {
    const reader = this.#reader;
    if (reader.kind() !== 'string') reader.fail('a string is expected');
    reader.string();
    if (reader.escaped) this.#writer.string(number, reader.text());
    else this.#writer.range(number, reader.bytes, reader.stringStart, reader.stringEnd);
  }

  #id(number: number): void {
    const text = this.#text('a string of hex digits');
    if (text === '') return; // as not sent
    const bytes = fromHex(text);
    if (bytes !== undefined) {
      this.#writer.bytes(number, bytes);
      return;
    }
    const hint = BASE64_ID.test(text) ? ' (base64? ids in OTLP/JSON are hex)' : '';
    this.#reader.failValue(`"${text.slice(0, 40)}" is not hex${hint}`);
  }

  #base64(): Uint8Array {
    const text = this.#text('a string of base64');
    // Both alphabets, padding optional; Buffer would pass over anything else in silence.
    if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) this.#reader.failValue('no base64');
    if (text.replace(/=+$/, '').length % 4 === 1) this.#reader.failValue('base64 that is cut off');
    return Buffer.from(text, 'base64');
  }

  #bool(): boolean {
    const kind = this.#reader.kind();
    if (kind !== 'true' && kind !== 'false') return this.#reader.fail('true or false is expected');
    this.#reader.literal(kind);
    return kind === 'true';
  }

  #enum(field: FieldSchema): number {
    if (this.#reader.kind() !== 'string') return Number(this.#int(INT32));
    const text = this.#text('an enum');
    const value = field.names?.[text];
    if (value === undefined && !/^-?\d+$/.test(text)) {
      return this.#reader.failValue(`"${text.slice(0, 40)}" is not a value of ${field.name}`);
    }
    return value ?? Number(this.#parseInt(text, INT32));
  }

  #double(): number {
    if (this.#reader.kind() === 'number') return Number(this.#reader.number());
    const text = this.#text('a number');
    const value = DOUBLE_WORDS[text] ?? (/^-?\d/.test(text) ? Number(text) : undefined);
    if (value === undefined || (Number.isNaN(value) && text !== 'NaN')) {
      return this.#reader.failValue(`"${text.slice(0, 40)}" is not a number`);
    }
    return value;
  }

  #int(range: IntRange): bigint {
    const numeric = this.#reader.kind() === 'number';
    return this.#parseInt(numeric ? this.#reader.number() : this.#text('an integer'), range);
  }

  /** Digits, or a number with a fraction or exponent whose value is whole and exact. */
  #parseInt(text: string, { min, max }: IntRange): bigint {
    const plain = text.length <= MAX_INTEGER_CHARS && /^-?\d+$/.test(text);
    const float = plain ? 0 : /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
    const value = plain ? BigInt(text) : Number.isSafeInteger(float) ? BigInt(float) : undefined;
    if (value === undefined) {
      return this.#reader.failValue(`"${text.slice(0, 40)}" is not an integer`);
    }
    if (value < min || value > max) {
      return this.#reader.failValue(`${value} is not within ${min} and ${max}`);
    }
    return value;
  }

  #text(what: string): string {
    if (this.#reader.kind() !== 'string') this.#reader.fail(`${what} is expected`);
    this.#reader.string();
    return this.#reader.text();
  }
}
