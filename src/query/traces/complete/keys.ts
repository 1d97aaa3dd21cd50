// Attribute keys that occur, with how many items carried them.

import type { Signal } from '../../../base/signal.ts';
import { and, column, equal, isIn, sql, text as quoted } from '../../../sql/expression.ts';
import { table } from '../../../sql/select.ts';
import { array, text, u64Number } from '../../core/codecs.ts';
import { fetchAll, type QueryScope } from '../../core/run.ts';
import { computed, stored, typedSelect } from '../../core/select.ts';
import type { NanoRange } from '../../core/time-range.ts';
import { holdsText, hoursOf } from './seen.ts';

export interface KeyCount {
  readonly key: string;
  readonly place: string;
  /** Type letters that occur. */
  readonly types: readonly string[];
  readonly count: number;
}

export async function attributeKeys(
  scope: QueryScope,
  query: {
    readonly signal: Signal;
    readonly places: readonly string[];
    readonly range: NanoRange;
    /** Anywhere in the key. */
    readonly part: string;
    readonly limit: number;
  },
): Promise<readonly KeyCount[]> {
  const rows = await fetchAll(
    scope,
    typedSelect(
      {
        Key: stored(text, 'Key'),
        Place: stored(text, 'Place'),
        Types: computed(array(text), sql`arraySort(groupUniqArray(${column('Type')}))`),
        Total: computed(u64Number, sql`sum(${column('Count')})`),
      },
      {
        from: table('attribute_keys'),
        where: and(
          equal(column('Signal'), quoted(query.signal)),
          isIn(
            column('Place'),
            query.places.map((place) => quoted(place)),
          ),
          hoursOf(query.range),
          ...holdsText(column('Key'), query.part),
        ),
        groupBy: [column('Key'), column('Place')],
        orderBy: [
          { expression: column('Total'), direction: 'DESC' },
          { expression: column('Key'), direction: 'ASC' },
        ],
        limit: query.limit,
      },
    ),
  );
  return rows.map((row) => ({
    key: row.Key,
    place: row.Place,
    types: row.Types,
    count: row.Total,
  }));
}
