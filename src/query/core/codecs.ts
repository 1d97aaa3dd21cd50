// How values of ClickHouse types are read from RowBinary, and what they are in our types. A row specification is an
// object of codecs; the row's type follows from it.
// Format: https://clickhouse.com/docs/interfaces/formats/RowBinary

import type { ByteReader } from './byte-reader.ts';

export interface Codec<T> {
  /** The ClickHouse type on the wire; LowCardinality is written as its inner type. */
  readonly type: string;
  readonly read: (reader: ByteReader) => T;
}

export type RowSpec = Readonly<Record<string, Codec<unknown>>>;

export type RowOf<S extends RowSpec> = {
  readonly [K in keyof S]: S[K] extends Codec<infer T> ? T : never;
};

const codec = <T>(type: string, read: (reader: ByteReader) => T): Codec<T> => ({ type, read });

export const u8 = codec('UInt8', (reader) => reader.u8());
export const u16 = codec('UInt16', (reader) => reader.u16());
export const u32 = codec('UInt32', (reader) => reader.u32());
export const i32 = codec('Int32', (reader) => reader.i32());
export const f64 = codec('Float64', (reader) => reader.f64());
/** Exact. */
export const u64 = codec('UInt64', (reader) => reader.u64());
/** Exact. */
export const i64 = codec('Int64', (reader) => reader.i64());
/** For counts and durations: exact to 2^53 (104 days in ns), rounded beyond. */
export const u64Number = codec('UInt64', (reader) => Number(reader.u64()));
/** For durations, as `u64Number`. */
export const i64Number = codec('Int64', (reader) => Number(reader.i64()));
/** Exact, as decimal text: what the API gives for times and ids. */
export const u64Text = codec('UInt64', (reader) => reader.u64().toString());
export const flag = codec('UInt8', (reader) => reader.u8() !== 0);
export const text = codec('String', (reader) => reader.text());

/** A FixedString as lower-case hex. */
const hexId = (bytes: number): Codec<string> =>
  codec(`FixedString(${bytes})`, (reader) => reader.hex(bytes));
export const traceId = hexId(16);
export const spanId = hexId(8);

export const array = <T>(of: Codec<T>): Codec<readonly T[]> =>
  codec(`Array(${of.type})`, (reader) => {
    const length = reader.varuint();
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(of.read(reader));
    return values;
  });

/** Entries in stored order; keys may repeat. */
const map = <V>(of: Codec<V>): Codec<ReadonlyArray<readonly [string, V]>> =>
  codec(`Map(String, ${of.type})`, (reader) => {
    const length = reader.varuint();
    const entries: Array<readonly [string, V]> = [];
    for (let i = 0; i < length; i++) entries.push([reader.text(), of.read(reader)]);
    return entries;
  });

export const textMap = map(text);

export const nullable = <T>(of: Codec<T>): Codec<T | null> =>
  codec(`Nullable(${of.type})`, (reader) => (reader.u8() === 1 ? null : of.read(reader)));

export const tuple = <A, B>(a: Codec<A>, b: Codec<B>): Codec<readonly [A, B]> =>
  codec(`Tuple(${a.type}, ${b.type})`, (reader) => [a.read(reader), b.read(reader)]);
