// Expressions that both the exporter views and skip indexes are over: an index serves a view only when the two are the
// same after the engine has parsed them: literals are, folded calls like toUInt64(5) are not.

/** DateTime64(9) of nanoseconds. It ends in 2262; later times are shown as its end. */
export const timestampOf = (nanos: string): string =>
  `fromUnixTimestamp64Nano(toInt64(least(${nanos}, 9223372036854775807)))`;

/** Ids are lower-case hex there. */
export const hexOf = (id: string): string => `lower(hex(${id}))`;

/** Empty where there is no id. */
export const hexOrNoneOf = (id: string, bytes: 8 | 16): string =>
  `if(reinterpretAsUInt${bytes * 8}(${id}) = 0, '', ${hexOf(id)})`;

/** Index of times as the views show them, for a table whose event time is in `column`. */
export const timestampIndex = (column: string) =>
  ({
    name: 'timestamp',
    expression: timestampOf(column),
    type: 'minmax',
    granularity: 1,
  }) as const;
