// Names of services and outside peers with their numbers (hues). Small and only growing, so it is kept in memory and
// read again when an unknown name turns up.

import { column } from '../../sql/expression.ts';
import { table } from '../../sql/select.ts';
import { flag, text, u32 } from './codecs.ts';
import { fetchAll, type QueryScope } from './run.ts';
import { stored, typedSelect } from './select.ts';

export interface ServiceRef {
  readonly name: string;
  readonly number: number;
  readonly outside: boolean;
}

/** An unknown name is looked up again at most this often. */
const UNKNOWN_AGE_MS = 100;
/** Known ones: an outside peer may have begun to send spans. */
const KNOWN_AGE_MS = 5_000;
/** Names that were never stored get a number from their text, beyond all stored ones. */
const DERIVED_FROM = 0x10000;

const LIST = typedSelect(
  { Name: stored(text, 'Name'), Number: stored(u32, 'Number'), Outside: stored(flag, 'Outside') },
  {
    from: table('services', { final: true }),
    orderBy: [{ expression: column('Number'), direction: 'ASC' }],
  },
);

export class ServiceDirectory {
  #known: ReadonlyMap<string, ServiceRef> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** A function from name to reference that knows all of `names`. */
  async refs(scope: QueryScope, names: Iterable<string>): Promise<(name: string) => ServiceRef> {
    const unknown = [...names].some((name) => name !== '' && !this.#known.has(name));
    await this.#refresh(scope, unknown ? UNKNOWN_AGE_MS : KNOWN_AGE_MS);
    const known = this.#known;
    return (name) => known.get(name) ?? derived(name);
  }

  async all(scope: QueryScope): Promise<readonly ServiceRef[]> {
    await this.#refresh(scope, UNKNOWN_AGE_MS);
    return [...this.#known.values()];
  }

  async #refresh(scope: QueryScope, maxAgeMs: number): Promise<void> {
    if (performance.now() - this.#readAtMs <= maxAgeMs) return;
    const rows = await fetchAll(scope, LIST);
    this.#readAtMs = performance.now();
    this.#known = new Map(
      rows.map((row) => [row.Name, { name: row.Name, number: row.Number, outside: row.Outside }]),
    );
  }
}

function derived(name: string): ServiceRef {
  let hash = 2166136261; // FNV-1a
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 16777619) >>> 0;
  }
  return { name, number: DERIVED_FROM + (hash % DERIVED_FROM), outside: false };
}
