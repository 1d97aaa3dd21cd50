// Which side rows a slice has already: a resource is written once a slice, not once a block.
//
// Only a saving. After a restart it is empty and rows are written again; the tables' engines keep one of them. Rows are
// remembered when their block is cut; blocks are inserted in order, so a later block never relies on a row that is not
// there.

/** The present slice and the one before, for the minutes around its end and for clocks that step back. */
const SLICES_KEPT = 2;

export type RememberedTable = 'resources' | 'scopes' | 'log_streams';

export interface SeriesSpan {
  readonly first: bigint;
  readonly last: bigint;
}

export class SliceRows {
  readonly #seen = new Map<RememberedTable, Set<bigint>>();
  /** Times that the `metric_series` row of a series spans. */
  readonly series = new Map<bigint, SeriesSpan>();

  /** True the first time. */
  isNew(table: RememberedTable, id: bigint): boolean {
    const ids = this.#seen.get(table) ?? new Set();
    if (ids.size === 0) this.#seen.set(table, ids);
    if (ids.has(id)) return false;
    ids.add(id);
    return true;
  }
}

export class SliceMemory {
  readonly #slices = new Map<number, SliceRows>();

  of(sliceSeconds: number): SliceRows {
    const known = this.#slices.get(sliceSeconds);
    if (known !== undefined) return known;
    const rows = new SliceRows();
    this.#slices.set(sliceSeconds, rows);
    for (const slice of this.#slices.keys()) {
      if (this.#slices.size <= SLICES_KEPT) break;
      if (slice !== sliceSeconds) this.#slices.delete(slice);
    }
    return rows;
  }

  /** After a block was set aside: nothing is known to be stored any more. */
  clear(): void {
    this.#slices.clear();
  }
}
