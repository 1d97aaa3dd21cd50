// Rows of traces and sums for roll-ups → blocks of ClickHouse's Native format, a table each.

import { writeNative, type NamedColumn, type OutColumn } from '../native/native-writer.ts';
import { COUNT, type DigestSums, ERRORS, NANOS, WEIGHT, WEIGHTED_ERRORS } from './digest-sums.ts';
import { type RollUps, rollUps } from './pass-rows.ts';
import { PART_KINDS, SUM_COUNT, SUM_NANOS, type Summary } from './summarize.ts';
import type { Sums } from './sums.ts';

export interface PassBlock {
  readonly table: string;
  readonly bytes: Uint8Array;
}

/** What many forests leave: a block of traces each, one after another in a file, and sums over all of them. */
export class BatchBlocks {
  traces = 0;
  spans = 0;
  readonly rollUps = rollUps();
  readonly #traceBlocks: Uint8Array[] = [];

  add(traces: number, spans: number, block: PassBlock | undefined): void {
    this.traces += traces;
    this.spans += spans;
    if (block !== undefined) this.#traceBlocks.push(block.bytes);
  }

  /** `strings` is what the numbers of all forests stand for. */
  blocks(strings: readonly string[]): PassBlock[] {
    const rows = Buffer.concat(this.#traceBlocks);
    return [...rollUpBlocks(this.rollUps, strings), { table: 'traces', bytes: rows }].filter(
      ({ bytes }) => bytes.length > 0,
    );
  }
}

type Text = (numbers: Int32Array) => OutColumn;

const textOf =
  (strings: readonly string[]): Text =>
  (numbers) => ({ type: 'String', numbers, strings });

const block = (table: string, rows: number, columns: NamedColumn[]): PassBlock => ({
  table,
  bytes: rows === 0 ? new Uint8Array(0) : writeNative(rows, columns),
});

const named = (name: string, column: OutColumn): NamedColumn => ({ name, column });
const u32 = (values: Uint32Array): OutColumn => ({ type: 'UInt32', values });
const u8 = (values: Uint8Array): OutColumn => ({ type: 'UInt8', values });
const f64 = (values: Float64Array): OutColumn => ({ type: 'Float64', values });
const words = (type: string, { buffer, byteOffset, byteLength }: Uint32Array): OutColumn => ({
  type,
  bytes: new Uint8Array(buffer, byteOffset, byteLength),
});
const kinds = (numbers: Int32Array): OutColumn => ({
  type: 'String',
  numbers,
  strings: PART_KINDS,
});

function rollUpBlocks(sums: RollUps, strings: readonly string[]): PassBlock[] {
  const text = textOf(strings);
  return [
    digestBlock('service_minutes', sums.requests, ['Service'], text),
    digestBlock('endpoint_minutes', sums.endpoints, ['Service', 'Endpoint'], text),
    digestBlock('operation_minutes', sums.operations, ['Service', 'Operation', 'Peer'], text),
    pathBlock(sums.paths, text),
    waitBlock(sums.waits, text),
  ];
}

/** Columns of the keys of Sums, in their order: that of digests, then that of paths and waits. */
const SLICE = 0;
const MINUTE = 1;
const DIGEST_KEYS = { Service: 2, Endpoint: 3, Operation: 3, Peer: 4 } as const;
const DIGEST_KIND = 5;
const DIGEST_MEASURE = 6;
const ROOT = 2;
const ENDPOINT = 3;
const SERVICE = 4;
const OPERATION = 5;
const PEER = 6;
const KIND = 7;

const textKey = (sums: Sums, column: number, text: Text): OutColumn =>
  text(new Int32Array(sums.keyColumn(column).buffer));

const sumColumn = ({ values, size }: Sums, column: number): OutColumn =>
  f64(values[column]?.subarray(0, size) ?? new Float64Array(size));

/** The value of a row is the mean of the durations that fell into its range. */
function digestBlock(
  table: string,
  { sums }: DigestSums,
  keys: ReadonlyArray<keyof typeof DIGEST_KEYS>,
  text: Text,
): PassBlock {
  return block(table, sums.size, [
    named('Slice', u32(sums.keyColumn(SLICE))),
    named('Minute', u32(sums.keyColumn(MINUTE))),
    ...keys.map((key) => named(key, textKey(sums, DIGEST_KEYS[key], text))),
    named('Kind', u8(Uint8Array.from(sums.keyColumn(DIGEST_KIND)))),
    named('Measure', u8(Uint8Array.from(sums.keyColumn(DIGEST_MEASURE)))),
    named('Count', sumColumn(sums, COUNT)),
    named('Weight', sumColumn(sums, WEIGHT)),
    named('Nanos', sumColumn(sums, NANOS)),
    named('Errors', sumColumn(sums, ERRORS)),
    named('WeightedErrors', sumColumn(sums, WEIGHTED_ERRORS)),
  ]);
}

function pathBlock(paths: Sums, text: Text): PassBlock {
  return block('path_minutes', paths.size, [
    named('Slice', u32(paths.keyColumn(SLICE))),
    named('Minute', u32(paths.keyColumn(MINUTE))),
    named('RootService', textKey(paths, ROOT, text)),
    named('Endpoint', textKey(paths, ENDPOINT, text)),
    named('Service', textKey(paths, SERVICE, text)),
    named('Operation', textKey(paths, OPERATION, text)),
    named('Peer', textKey(paths, PEER, text)),
    named('PartKind', kinds(new Int32Array(paths.keyColumn(KIND).buffer))),
    named('Nanos', sumColumn(paths, SUM_NANOS)),
    named('Count', sumColumn(paths, SUM_COUNT)),
  ]);
}

function waitBlock(waits: Sums, text: Text): PassBlock {
  return block('wait_minutes', waits.size, [
    named('Slice', u32(waits.keyColumn(SLICE))),
    named('Minute', u32(waits.keyColumn(MINUTE))),
    named('Service', textKey(waits, SERVICE, text)),
    named('Peer', textKey(waits, PEER, text)),
    named('Nanos', sumColumn(waits, SUM_NANOS)),
    named('Count', sumColumn(waits, SUM_COUNT)),
  ]);
}

/** Rows of one forest's traces; undefined when there are none. */
export function traceBlock(summary: Summary, strings: readonly string[]): PassBlock | undefined {
  const { size } = summary.traces.slices;
  return size === 0 ? undefined : block('traces', size, traceColumns(summary, textOf(strings)));
}

function traceColumns({ traces: rows, verdicts }: Summary, text: Text): NamedColumn[] {
  const array = (ends: Float64Array, of: OutColumn): OutColumn => ({ type: 'Array', ends, of });
  const partEnds = rows.partEnds.values();
  return [
    named('Slice', u32(rows.slices.values())),
    named('TraceId', words('FixedString(16)', rows.ids.values())),
    named('Revision', u32(rows.revisions.values())),
    named('StartTime', words('UInt64', rows.starts.values())),
    named('Duration', f64(rows.durations.values())),
    named('After', f64(rows.afters.values())),
    named('Service', text(rows.services.values())),
    named('Endpoint', text(rows.endpoints.values())),
    named('RootSpanId', words('FixedString(8)', rows.rootIds.values())),
    named('Status', text(rows.statuses.values())),
    named('Spans', u32(rows.spans.values())),
    named('Errors', u32(rows.errors.values())),
    named('RootError', u8(rows.rootErrors.values())),
    named('Services', array(rows.serviceEnds.values(), text(rows.serviceNames.values()))),
    named('Complete', u8(rows.complete.values())),
    named('AdjustedCount', f64(rows.weights.values())),
    named('Verdict', {
      type: 'String',
      numbers: rows.verdicts.values(),
      strings: verdicts.strings,
    }),
    named('PartKinds', array(partEnds, kinds(rows.partKinds.values()))),
    named('PartServices', array(partEnds, text(rows.partServices.values()))),
    named('PartPeers', array(partEnds, text(rows.partPeers.values()))),
    named('PartOperations', array(partEnds, text(rows.partOperations.values()))),
    named('PartNanos', array(partEnds, f64(rows.partNanos.values()))),
    named('PartCounts', array(partEnds, u32(rows.partCounts.values()))),
  ];
}
