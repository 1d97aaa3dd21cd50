// Exemplars of the lines that are drawn: the points that lead to a trace.

import { and, binary, column, fixed, integer, isIn, sql } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { type Attribute, attributesOf } from '../core/attributes.ts';
import { f64, spanId, text, textMap, traceId, u64, u64Text } from '../core/codecs.ts';
import { fetchAll, type QueryScope } from '../core/run.ts';
import { computed, stored, typedSelect } from '../core/select.ts';
import { type NanoRange, within } from '../core/time-range.ts';

export interface Exemplar {
  readonly time: string;
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly series: number;
  readonly attributes: readonly Attribute[];
}

/** More diamonds than this hide the line. */
const MAX_EXEMPLARS = 200;
/** The range is cut in this many pieces, of which each gives its largest few. */
const PIECES = 50;

export async function readExemplars(
  scope: QueryScope,
  ids: readonly bigint[],
  lineOf: (series: bigint) => number | undefined,
  range: NanoRange,
): Promise<Exemplar[]> {
  if (ids.length === 0) return [];
  const piece = (range.to - range.from) / BigInt(PIECES) + 1n;
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        SeriesId: stored(u64, 'SeriesId'),
        Time: stored(u64Text, 'Time'),
        Number: computed(
          f64,
          sql`if(${column('ValueType')} = 2, toFloat64(${column('Int')}), ${column('Value')})`,
        ),
        TraceId: stored(traceId, 'TraceId'),
        SpanId: stored(spanId, 'SpanId'),
        Attributes: stored(textMap, 'Attributes'),
        AttributeTypes: stored(text, 'AttributeTypes'),
      },
      {
        from: table('exemplars'),
        where: and(
          isIn(
            column('SeriesId'),
            ids.map((id) => integer(id)),
          ),
          within(column('Time'), range),
          binary(column('TraceId'), '!=', fixed(new Uint8Array(16))),
        ),
        orderBy: [{ expression: column('Number'), direction: 'DESC' }],
        limitBy: {
          count: MAX_EXEMPLARS / PIECES,
          by: [sql`intDiv(${column('Time')} - ${integer(range.from)}, ${integer(piece)})`],
        },
        limit: MAX_EXEMPLARS,
      },
    ),
  );
  return rows.flatMap((row) => {
    const series = lineOf(row.SeriesId);
    if (series === undefined) return [];
    return [
      {
        time: row.Time,
        value: row.Number,
        traceId: row.TraceId,
        spanId: row.SpanId,
        series,
        attributes: attributesOf(row.Attributes, row.AttributeTypes),
      },
    ];
  });
}
