// Raw rows → block files and how each is inserted: rows of traces as they are, all else added up by minute. States of
// digests are made by the engine.

import type { BlockInsert } from '../../store/contract.ts';
import type { StringTable } from '../../analysis/terms/string-table.ts';
import { writeNative, type NamedColumn, type OutColumn } from '../native/native-writer.ts';
import type { OperationColumns } from './operation-columns.ts';
import type { PassRows } from './pass-rows.ts';
import { PART_KINDS, type Summary } from './summarize.ts';

/** Blocks of many forests, table by table: a file may hold several, one after another. */
export class BatchBlocks {
  traces = 0;
  spans = 0;
  readonly #byTable = new Map<string, Uint8Array[]>();

  add(traces: number, spans: number, blocks: readonly PassBlock[]): void {
    this.traces += traces;
    this.spans += spans;
    for (const { table, bytes } of blocks) {
      const list = this.#byTable.get(table);
      if (list === undefined) this.#byTable.set(table, [bytes]);
      else list.push(bytes);
    }
  }

  blocks(): PassBlock[] {
    return [...this.#byTable].map(([table, list]) => ({ table, bytes: Buffer.concat(list) }));
  }
}

export interface PassBlock {
  readonly table: string;
  readonly bytes: Uint8Array;
}

/** Blocks of all tables that get rows. */
export function passBlocks(
  { rows, operations, verdicts }: Summary,
  strings: readonly string[],
): PassBlock[] {
  const text = (numbers: Int32Array): OutColumn => ({ type: 'String', numbers, strings });
  return [
    block('service_minutes', rows.requests.slices.size, requestColumns(rows, text)),
    block('endpoint_minutes', rows.endpoints.slices.size, endpointColumns(rows, text)),
    operations === undefined
      ? block('operation_minutes', 0, [])
      : block('operation_minutes', operations.slices.length, operationsOut(operations, text)),
    block('path_minutes', rows.paths.size, pathColumns(rows, text)),
    block('wait_minutes', rows.waits.size, waitColumns(rows, text)),
    block('traces', rows.traces.slices.size, traceColumns(rows, verdicts, text)),
  ].filter(({ bytes }) => bytes.length > 0);
}

type Text = (numbers: Int32Array) => OutColumn;

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

function requestColumns({ requests: rows }: PassRows, text: Text): NamedColumn[] {
  return [
    named('Slice', u32(rows.slices.values())),
    named('Minute', u32(rows.minutes.values())),
    named('Service', text(rows.services.values())),
    named('Duration', f64(rows.durations.values())),
    named('Own', f64(rows.owns.values())),
    named('Wait', f64(rows.waits.values())),
    named('Weight', f64(rows.weights.values())),
    named('Error', u8(rows.errors.values())),
  ];
}

function endpointColumns({ endpoints: rows }: PassRows, text: Text): NamedColumn[] {
  return [
    named('Slice', u32(rows.slices.values())),
    named('Minute', u32(rows.minutes.values())),
    named('Service', text(rows.services.values())),
    named('Endpoint', text(rows.endpoints.values())),
    named('Duration', f64(rows.durations.values())),
    named('Weight', f64(rows.weights.values())),
    named('Error', u8(rows.errors.values())),
  ];
}

function operationsOut(rows: OperationColumns, text: Text): NamedColumn[] {
  return [
    named('Slice', u32(rows.slices)),
    named('Minute', u32(rows.minutes)),
    named('Service', text(rows.services)),
    named('Operation', text(rows.operations)),
    named('Kind', u8(rows.kinds)),
    named('Peer', text(rows.peers)),
    named('Duration', f64(rows.durations)),
    named('Weight', f64(rows.weights)),
    named('Error', u8(rows.errors)),
  ];
}

/** Columns of the key of Sums, in its order. */
const SLICE = 0;
const MINUTE = 1;
const ROOT = 2;
const ENDPOINT = 3;
const SERVICE = 4;
const OPERATION = 5;
const PEER = 6;
const KIND = 7;

function pathColumns({ paths }: PassRows, text: Text): NamedColumn[] {
  const key = (column: number): Int32Array => new Int32Array(paths.keyColumn(column).buffer);
  return [
    named('Slice', u32(paths.keyColumn(SLICE))),
    named('Minute', u32(paths.keyColumn(MINUTE))),
    named('RootService', text(key(ROOT))),
    named('Endpoint', text(key(ENDPOINT))),
    named('Service', text(key(SERVICE))),
    named('Operation', text(key(OPERATION))),
    named('Peer', text(key(PEER))),
    named('PartKind', kinds(key(KIND))),
    named('Nanos', f64(paths.nanos.subarray(0, paths.size))),
    named('Count', f64(paths.counts.subarray(0, paths.size))),
  ];
}

function waitColumns({ waits }: PassRows, text: Text): NamedColumn[] {
  const key = (column: number): Int32Array => new Int32Array(waits.keyColumn(column).buffer);
  return [
    named('Slice', u32(waits.keyColumn(SLICE))),
    named('Minute', u32(waits.keyColumn(MINUTE))),
    named('Service', text(key(SERVICE))),
    named('Peer', text(key(PEER))),
    named('Nanos', f64(waits.nanos.subarray(0, waits.size))),
    named('Count', f64(waits.counts.subarray(0, waits.size))),
  ];
}

function traceColumns(
  { traces: rows }: PassRows,
  verdicts: StringTable,
  text: Text,
): NamedColumn[] {
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

const DIGEST_WEIGHT = 'toUInt64(greatest(1, round(Weight)))';
const digest = (value: string): string =>
  `quantilesTDigestWeightedState(0.5, 0.95, 0.99)(toUInt64(${value}), ${DIGEST_WEIGHT})`;

const COUNTS: ReadonlyArray<readonly [column: string, expression: string]> = [
  ['Count', 'count()'],
  ['Weighted', 'sum(Weight)'],
  ['Errors', 'toUInt64(sum(Error))'],
  ['WeightedErrors', 'sum(Error * Weight)'],
];

interface RollUp {
  readonly keys: readonly string[];
  readonly values: ReadonlyArray<readonly [column: string, expression: string]>;
}

const ROLL_UPS: Readonly<Record<string, RollUp>> = {
  service_minutes: {
    keys: ['Service'],
    values: [
      ...COUNTS,
      ['DurationDigest', digest('Duration')],
      ['OwnDigest', digest('Own')],
      ['WaitDigest', digest('Wait')],
      ['OwnNanos', 'sum(Own * Weight)'],
      ['WaitNanos', 'sum(Wait * Weight)'],
    ],
  },
  endpoint_minutes: {
    keys: ['Service', 'Endpoint'],
    values: [
      ...COUNTS,
      ['DurationDigest', digest('Duration')],
      ['DurationNanos', 'sum(Duration * Weight)'],
    ],
  },
  operation_minutes: {
    keys: ['Service', 'Operation', 'Kind', 'Peer'],
    values: [
      ...COUNTS,
      ['DurationDigest', digest('Duration')],
      ['DurationNanos', 'sum(Duration * Weight)'],
    ],
  },
  path_minutes: {
    keys: ['RootService', 'Endpoint', 'Service', 'Operation', 'Peer', 'PartKind'],
    // The names of the columns that are added up must not stand for the sums.
    values: [
      ['Nanos', 'sum(input.Nanos)'],
      ['Count', 'toUInt64(sum(input.Count))'],
    ],
  },
  wait_minutes: {
    keys: ['Service', 'Peer'],
    values: [
      ['Nanos', 'sum(input.Nanos)'],
      ['Count', 'toUInt64(sum(input.Count))'],
    ],
  },
};

const TRACE_COLUMNS = [
  'Slice',
  'TraceId',
  'Revision',
  'StartTime',
  'Duration',
  'After',
  'Service',
  'Endpoint',
  'RootSpanId',
  'Status',
  'Spans',
  'Errors',
  'RootError',
  'Services',
  'Complete',
  'AdjustedCount',
  'Verdict',
  'PartKinds',
  'PartServices',
  'PartPeers',
  'PartOperations',
  'PartNanos',
  'PartCounts',
];

export function insertOf(table: string, path: string, token: string): BlockInsert {
  const rollUp = ROLL_UPS[table];
  if (rollUp === undefined) return { table, path, token, columns: TRACE_COLUMNS };
  const keys = ['Slice', 'Minute', ...rollUp.keys];
  const expressions = [...keys, ...rollUp.values.map(([, expression]) => expression)];
  return {
    table,
    path,
    token,
    columns: [...keys, ...rollUp.values.map(([column]) => column)],
    select: `SELECT ${expressions.join(', ')} FROM input GROUP BY ${keys.join(', ')}`,
  };
}
