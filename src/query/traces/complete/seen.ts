// Values that do occur for the key of a term that leaves nothing.

import {
  column,
  text as quoted,
  and,
  equal,
  sql,
  isIn,
  type Expression,
  binary,
  integer,
  call,
} from '../../../sql/expression.ts';
import type { Signal } from '../../../base/signal.ts';
import { table } from '../../../sql/select.ts';
import { text, u64Number } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import { seriesInRange } from '../../core/series-in-range.ts';
import { type NanoRange, within } from '../../core/time-range.ts';
import type { Checked } from '../filter/check.ts';
import type { AttributeField, Field, FieldName } from '../filter/fields.ts';

const SEEN_VALUES = 8;

/** Most frequent first; none where the term has no single key or its values are numbers without end. */
export async function seenValues(
  scope: QueryScope,
  signal: Signal,
  checked: Checked | undefined,
  range: NanoRange,
): Promise<readonly string[]> {
  const field = checked === undefined ? undefined : onlyField(checked);
  if (field === undefined) return [];
  const values = await fieldValues(scope, signal, field, range, SEEN_VALUES);
  return values.map(({ value }) => value);
}

function onlyField(checked: Checked): Field | undefined {
  if (checked.kind === 'test') return checked.field;
  if (checked.kind === 'not') return onlyField(checked.term);
  const [first] = checked.terms;
  return checked.terms.length === 1 && first !== undefined ? onlyField(first) : undefined;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** Columns of few different values, by table. Read from the rows in the range. */
const COLUMNS: Readonly<
  Record<Signal, Partial<Readonly<Record<FieldName, readonly [table: TableName, column: string]>>>>
> = {
  traces: {
    service: ['spans', 'Service'],
    name: ['spans', 'Name'],
    endpoint: ['spans', 'Endpoint'],
    peer: ['spans', 'Peer'],
    'trace:endpoint': ['traces', 'Endpoint'],
    'trace:service': ['traces', 'Service'],
    'trace:status': ['traces', 'Status'],
  },
  logs: { service: ['logs', 'Service'], event: ['logs', 'EventName'] },
  metrics: { service: ['metric_series', 'Service'] },
};

type TableName = 'spans' | 'traces' | 'logs' | 'metric_series';

const IN_RANGE: Readonly<Record<TableName, (range: NanoRange) => Expression>> = {
  spans: (range) => within(column('StartTime'), range),
  traces: (range) => within(column('StartTime'), range),
  logs: (range) => within(column('Time'), range),
  metric_series: seriesInRange,
};

export async function fieldValues(
  scope: QueryScope,
  signal: Signal,
  field: Field,
  range: NanoRange,
  limit: number,
  prefix = '',
): Promise<readonly ValueCount[]> {
  if (field.kind === 'attribute')
    return await attributeValues(scope, signal, field, range, limit, prefix);
  const [name, columnName] = COLUMNS[signal][field.name] ?? [];
  if (name === undefined || columnName === undefined) return [];
  const rows = await fetchAll(
    scope,
    typedSelect(
      { Value: stored(text, columnName), Count: computed(u64Number, sql`count()`) },
      {
        from: table(name),
        where: and(
          IN_RANGE[name](range),
          binary(column(columnName), '!=', quoted('')),
          ...holdsText(column(columnName), prefix),
        ),
        groupBy: [column(columnName)],
        orderBy: [
          { expression: column('Count'), direction: 'DESC' },
          { expression: column(columnName), direction: 'ASC' },
        ],
        limit,
      },
    ),
  );
  return rows.map(({ Value, Count }) => ({ value: Value, count: Count }));
}

/** Anywhere in the value, in any case: people remember a part of it. */
export const holdsText = (value: Expression, part: string): Expression[] =>
  part === '' ? [] : [sql`positionCaseInsensitiveUTF8(${value}, ${quoted(part)}) > 0`];

const PLACES: Readonly<
  Record<Signal, Readonly<Record<AttributeField['place'], readonly string[]>>>
> = {
  traces: {
    any: ['span', 'resource'],
    row: ['span'],
    resource: ['resource'],
    event: ['event'],
    link: ['link'],
    scope: ['scope'],
  },
  logs: {
    any: ['log', 'resource'],
    row: ['log'],
    resource: ['resource'],
    event: [],
    link: [],
    scope: ['scope'],
  },
  metrics: {
    any: ['point', 'resource'],
    row: ['point'],
    resource: ['resource'],
    event: [],
    link: [],
    scope: ['scope'],
  },
};

export const placesOf = (signal: Signal, place: AttributeField['place']): readonly string[] =>
  PLACES[signal][place];

/** Completion tables count by hour of arrival: the hours that the range touches. */
export const hoursOf = (range: NanoRange): Expression =>
  and(binary(column('Hour'), '>=', hour(range.from)), binary(column('Hour'), '<=', hour(range.to)));

const MAX_DATE_TIME_S = 4_294_967_295n;

function hour(time: bigint): Expression {
  const seconds = (time / 3_600_000_000_000n) * 3600n;
  return call('toDateTime', integer(seconds < MAX_DATE_TIME_S ? seconds : MAX_DATE_TIME_S));
}

async function attributeValues(
  scope: QueryScope,
  signal: Signal,
  field: AttributeField,
  range: NanoRange,
  limit: number,
  prefix: string,
): Promise<readonly ValueCount[]> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      { Value: stored(text, 'Value'), Total: computed(u64Number, sql`sum(${column('Count')})`) },
      {
        from: table('attribute_values'),
        where: and(
          equal(column('Signal'), quoted(signal)),
          isIn(
            column('Place'),
            placesOf(signal, field.place).map((place) => quoted(place)),
          ),
          isIn(
            column('Key'),
            field.keys.map((key) => quoted(key)),
          ),
          equal(column('Rest'), integer(0)),
          hoursOf(range),
          ...holdsText(column('Value'), prefix),
        ),
        groupBy: [column('Value')],
        orderBy: [
          { expression: column('Total'), direction: 'DESC' },
          { expression: column('Value'), direction: 'ASC' },
        ],
        limit,
      },
    ),
  );
  return rows.map(({ Value, Total }) => ({ value: Value, count: Total }));
}
