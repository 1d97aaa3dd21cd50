// Find in one trace, over names, services, ids, status messages, events and all attributes, those of resources included.

import {
  and,
  call,
  column,
  type Expression,
  isIn,
  or,
  sql,
  text as quoted,
} from '../../../sql/expression.ts';
import { select, table } from '../../../sql/select.ts';
import { spanId, u64 } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { stored, typedSelect } from '../../core/select.ts';
import { ofTrace, traceExtent } from './read-trace.ts';

/** Matches beyond this are counted by the page as "1,000 and more". */
const MAX_FOUND = 100_000;

const holds = (value: Expression, part: string): Expression =>
  sql`positionCaseInsensitiveUTF8(${value}, ${quoted(part)}) > 0`;

const someHolds = (values: Expression, part: string): Expression =>
  call(
    'arrayExists',
    { kind: 'lambda', parameters: ['x'], body: holds(column('x'), part) },
    values,
  );

const mapHolds = (map: Expression, part: string): Expression =>
  or(someHolds(call('mapKeys', map), part), someHolds(call('mapValues', map), part));

/** Ids of spans that hold the text, in order of start; undefined: no such trace. */
export async function findInTrace(
  scope: QueryScope,
  trace: string,
  part: string,
): Promise<readonly string[] | undefined> {
  const extent = await traceExtent(scope, trace);
  if (extent === undefined) return undefined;
  if (part === '') return [];
  const own = [
    column('Name'),
    column('Service'),
    column('StatusMessage'),
    column('Peer'),
    column('Endpoint'),
  ];
  const resources = select({
    columns: [column('Id')],
    from: table('resources'),
    where: mapHolds(column('Attributes'), part),
  });
  const eventHolds = call(
    'arrayExists',
    { kind: 'lambda', parameters: ['m'], body: mapHolds(column('m'), part) },
    column('EventAttributes'),
  );
  const rows = await fetchAll(
    scope,
    typedSelect(
      { SpanId: stored(spanId, 'SpanId'), StartTime: stored(u64, 'StartTime') },
      {
        from: table('spans'),
        where: and(
          ofTrace(trace, extent),
          or(
            ...own.map((value) => holds(value, part)),
            sql`startsWith(lower(hex(${column('SpanId')})), lower(${quoted(part)}))`,
            mapHolds(column('Attributes'), part),
            someHolds(column('EventNames'), part),
            eventHolds,
            isIn(column('ResourceId'), resources),
          ),
        ),
        orderBy: [{ expression: column('StartTime'), direction: 'ASC' }],
        limit: MAX_FOUND,
      },
    ),
  );
  return rows.map(({ SpanId }) => SpanId);
}
