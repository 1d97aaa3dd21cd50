// One log line with everything that was sent, and the lines of its stream around it.

import { and, binary, column, equal, integer } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { type Attribute, attributesOf } from '../core/attributes.ts';
import { text, textMap, u64, u64Text } from '../core/codecs.ts';
import { fetchAll, fetchOne, type QueryScope } from '../core/run.ts';
import { stored, typedSelect } from '../core/select.ts';
import { readResource, readScope } from '../traces/trace/read-span.ts';
import { traceExtent } from '../traces/trace/read-trace.ts';
import {
  type FoundLog,
  keyTuple,
  LOG_ROW,
  type LogKey,
  logOf,
  ORDER_KEY,
  ROW_HASH,
} from './rows.ts';

export interface LogLine {
  readonly row: FoundLog;
  readonly observed: string;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope: { readonly name: string; readonly version: string };
  readonly noTrace: 'no-active-span' | 'not-stored' | null;
}

const LINE = {
  ...LOG_ROW,
  ObservedTime: stored(u64Text, 'ObservedTime'),
  ResourceId: stored(u64, 'ResourceId'),
  ScopeId: stored(u64, 'ScopeId'),
  Attributes: stored(textMap, 'Attributes'),
  AttributeTypes: stored(text, 'AttributeTypes'),
};

export async function readLine(scope: QueryScope, key: LogKey): Promise<LogLine | undefined> {
  const line = await fetchOne(
    scope,
    typedSelect(LINE, {
      from: table('logs'),
      where: and(
        equal(column('StreamId'), integer(key.stream)),
        equal(column('Time'), integer(key.time)),
        equal(ROW_HASH, integer(key.hash)),
      ),
      limit: 1,
    }),
  );
  if (line === undefined) return undefined;
  const row = logOf(line);
  const [resource, instrumentation, extent] = await Promise.all([
    readResource(scope, line.ResourceId),
    readScope(scope, line.ScopeId),
    row.traceId === '' ? undefined : traceExtent(scope, row.traceId),
  ]);
  const notStored = extent === undefined ? 'not-stored' : null;
  return {
    row,
    observed: line.ObservedTime,
    attributes: attributesOf(line.Attributes, line.AttributeTypes),
    resource,
    scope: { name: instrumentation.name, version: instrumentation.version },
    noTrace: row.traceId === '' ? 'no-active-span' : notStored,
  };
}

/** Lines of the same stream in order of time, and the place of the given one; undefined: it is not stored. */
export async function readContext(
  scope: QueryScope,
  key: LogKey,
  around: { readonly before: number; readonly after: number },
): Promise<{ readonly rows: readonly FoundLog[]; readonly index: number } | undefined> {
  const side = async (
    sign: '<=' | '>',
    direction: 'ASC' | 'DESC',
    limit: number,
  ): Promise<FoundLog[]> => {
    if (limit === 0) return [];
    const timeSign = sign === '>' ? '>=' : '<=';
    const rows = await fetchAll(
      scope,
      typedSelect(LOG_ROW, {
        from: table('logs'),
        where: and(
          equal(column('StreamId'), integer(key.stream)),
          binary(column('Time'), timeSign, integer(key.time)), // what the primary key serves
          binary(ORDER_KEY, sign, keyTuple(key)),
        ),
        orderBy: [column('Time'), ROW_HASH].map((expression) => ({ expression, direction })),
        limit,
      }),
    );
    return rows.map(logOf);
  };
  const [before, after] = await Promise.all([
    side('<=', 'DESC', around.before + 1),
    side('>', 'ASC', around.after),
  ]);
  const [line] = before;
  if (line?.id !== `${key.stream}-${key.time}-${key.hash}`) return undefined;
  return { rows: [...before.reverse(), ...after], index: before.length - 1 };
}
