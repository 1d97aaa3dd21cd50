// The events of all spans of one trace, in order of time.

import { and, column, sql } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { type Attribute, attributesOf } from '../../core/attributes.ts';
import { array, spanId, text, textMap, u32, u64Text } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import { ofTrace, traceExtent } from './read-trace.ts';

/** More are not read one by one; each span's own are in its detail. */
const MAX_EVENTS = 1000;

const EVENTS = {
  SpanId: stored(spanId, 'SpanId'),
  Times: stored(array(u64Text), 'EventTimes'),
  Names: stored(array(text), 'EventNames'),
  Attributes: stored(array(textMap), 'EventAttributes'),
  Types: stored(array(text), 'EventAttributeTypes'),
  Dropped: stored(array(u32), 'EventDroppedAttributes'),
  First: computed(u64Text, sql`arrayMin(${column('EventTimes')})`),
};

export interface StoredEvent {
  readonly spanId: string;
  readonly event: {
    readonly time: string;
    readonly name: string;
    readonly attributes: readonly Attribute[];
    readonly droppedAttributes: number;
  };
}

export interface StoredEvents {
  readonly events: readonly StoredEvent[];
  readonly cut: boolean;
}

/** Decimal nanoseconds: the longer text is the later time. */
const byTime = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** The first MAX_EVENTS; undefined: no such trace. */
export async function readEvents(
  scope: QueryScope,
  trace: string,
): Promise<StoredEvents | undefined> {
  const extent = await traceExtent(scope, trace);
  if (extent === undefined) return undefined;
  const rows = await fetchAll(
    scope,
    typedSelect(EVENTS, {
      from: table('spans'),
      where: and(ofTrace(trace, extent), sql`notEmpty(${column('EventNames')})`),
      orderBy: [{ expression: column('First'), direction: 'ASC' }],
      // Each span has one at least: the first MAX_EVENTS spans hold the first MAX_EVENTS events.
      limit: MAX_EVENTS + 1,
    }),
  );
  const events = rows
    .flatMap((row) =>
      row.Times.map((time, i) => ({
        spanId: row.SpanId,
        event: {
          time,
          name: row.Names[i] ?? '',
          attributes: attributesOf(row.Attributes[i] ?? [], row.Types[i] ?? ''),
          droppedAttributes: row.Dropped[i] ?? 0,
        },
      })),
    )
    .sort((a, b) => byTime(a.event.time, b.event.time));
  return { events: events.slice(0, MAX_EVENTS), cut: events.length > MAX_EVENTS };
}
