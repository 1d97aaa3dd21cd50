// Why an answer has no rows. Checks in the order in which a reason excludes the ones after it:
// never any → past retention → none in the range → the filter leaves nothing.

import type { NanoRange } from './time-range.ts';

export type EmptyReason =
  | { readonly kind: 'never' }
  | { readonly kind: 'not-in-range'; readonly last: string | null; readonly first: string | null }
  | {
      readonly kind: 'filtered';
      readonly term: string | null;
      readonly withoutTerm: number | null;
      readonly seen: readonly string[];
    }
  | { readonly kind: 'not-kept'; readonly oldest: string };

/** What the reasons are found with; each is a query, asked for only when needed. */
export interface EmptyProbe {
  /** The last time before the range and the first one from its end on; both undefined: nothing there at all. */
  readonly neighbours: () => Promise<{
    readonly last: bigint | undefined;
    readonly first: bigint | undefined;
  }>;
  /** Rows in the range without any filter. */
  readonly countInRange: () => Promise<number>;
  /** The terms that are joined by `and`, as text. */
  readonly terms: readonly string[];
  /** Rows in the range when the term with this index is left out. */
  readonly countWithout: (term: number) => Promise<number>;
  /** Values that do occur for the key of this term, most frequent first. */
  readonly seen: (term: number) => Promise<readonly string[]>;
}

/** Retention's memory: everything that arrived before this was dropped; undefined: nothing was dropped yet. */
export type KeptSince = bigint | undefined;

/** More terms are not tried one by one: each is a query. */
const MAX_TRIED_TERMS = 8;

export async function whyEmpty(
  range: NanoRange,
  probe: EmptyProbe,
  keptSince: KeptSince,
): Promise<EmptyReason> {
  const inRange = await probe.countInRange();
  if (inRange > 0) return await whichTerm(probe);
  const { last, first } = await probe.neighbours();
  if (keptSince !== undefined && range.to <= keptSince) {
    return { kind: 'not-kept', oldest: keptSince.toString() };
  }
  if (last === undefined && first === undefined) return { kind: 'never' };
  return {
    kind: 'not-in-range',
    last: last?.toString() ?? null,
    first: first?.toString() ?? null,
  };
}

async function whichTerm(probe: EmptyProbe): Promise<EmptyReason> {
  const counts: number[] = [];
  for (const index of probe.terms.slice(0, MAX_TRIED_TERMS).keys()) {
    counts.push(await probe.countWithout(index));
  }
  const most = Math.max(0, ...counts);
  const term = counts.indexOf(most);
  if (most === 0) return { kind: 'filtered', term: null, withoutTerm: null, seen: [] };
  return {
    kind: 'filtered',
    term: probe.terms[term] ?? null,
    withoutTerm: most,
    seen: await probe.seen(term),
  };
}
