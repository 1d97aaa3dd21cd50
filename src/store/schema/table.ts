// How a table is declared: data, from which the DDL, the writer's column lists and the readers' row types derive.

export interface Column {
  readonly name: string;
  readonly type: string;
  /** ClickHouse codec chain; omitted: the default, ZSTD(1). */
  readonly codec?: string;
  readonly text: string;
}

export interface SkipIndex {
  readonly name: string;
  readonly expression: string;
  readonly type: string;
  readonly granularity: number;
  /** Built when parts are merged, not at each insert: parts that are not merged yet are few, small, and read whole. */
  readonly late?: true;
}

export interface Table {
  readonly name: string;
  readonly text: string;
  readonly columns: readonly Column[];
  readonly orderBy: readonly string[];
  readonly indexes?: readonly SkipIndex[];
  /** MergeTree family member with its arguments; the cluster delta replaces it by its Replicated form. */
  readonly engine: string;
  /** `slice`: one partition an arrival slice, dropped whole by retention. `none`: small and kept for ever. */
  readonly partition: 'slice' | 'none';
  /** Settings of this table beyond those that all have. */
  readonly settings?: Readonly<Record<string, number>>;
}

/** Column names that block files for this table carry, in order. */
export const storedColumns = (table: Table): string[] => table.columns.map(({ name }) => name);
