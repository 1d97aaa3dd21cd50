// How the blocks of a batch are inserted: rows of traces as they are, all else added up by minute. States of digests are
// made by the engine.

import type { BlockInsert } from '../../store/contract.ts';
import { DURATION, OWN, WAIT } from './pass-rows.ts';

const DIGEST_WEIGHT = 'toUInt64(greatest(1, round(Weight)))';
const isMeasure = (measure: number): string => `Measure = ${measure}`;
const digest = (measure: number): string =>
  `quantilesTDigestWeightedStateIf(0.5, 0.95, 0.99)(toUInt64(greatest(0, Nanos / Weight)), ${DIGEST_WEIGHT}, ${isMeasure(measure)})`;
const total = (column: string, measure: number): string =>
  `sumIf(input.${column}, ${isMeasure(measure)})`;

const COUNTS: ReadonlyArray<readonly [column: string, expression: string]> = [
  ['Count', `toUInt64(${total('Count', DURATION)})`],
  ['Weighted', total('Weight', DURATION)],
  ['Errors', `toUInt64(${total('Errors', DURATION)})`],
  ['WeightedErrors', total('WeightedErrors', DURATION)],
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
      ['DurationDigest', digest(DURATION)],
      ['OwnDigest', digest(OWN)],
      ['WaitDigest', digest(WAIT)],
      ['OwnNanos', total('Nanos', OWN)],
      ['WaitNanos', total('Nanos', WAIT)],
    ],
  },
  endpoint_minutes: {
    keys: ['Service', 'Endpoint'],
    values: [
      ...COUNTS,
      ['DurationDigest', digest(DURATION)],
      ['DurationNanos', total('Nanos', DURATION)],
    ],
  },
  operation_minutes: {
    keys: ['Service', 'Operation', 'Kind', 'Peer'],
    values: [
      ...COUNTS,
      ['DurationDigest', digest(DURATION)],
      ['DurationNanos', total('Nanos', DURATION)],
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
