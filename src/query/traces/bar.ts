// Parts of time → the stretches of a 100 % bar: equal ones together, largest first, the tail as `rest`.

const PART_KINDS = ['own', 'wait', 'sleep', 'serial', 'none', 'rest'] as const;
export type PartKind = (typeof PART_KINDS)[number];

export interface BarPart {
  readonly kind: PartKind;
  readonly service: string;
  readonly peer: string;
  readonly share: number;
}

interface Part {
  readonly kind: string;
  readonly service: string;
  readonly peer: string;
  readonly nanos: number;
}

/** More stretches than this are not told apart in a bar of some 160 px. */
const MAX_BAR_PARTS = 8;
/** Smaller ones are less than a pixel. */
const MIN_SHARE = 0.005;

const kindOf = (text: string): PartKind => PART_KINDS.find((kind) => kind === text) ?? 'rest';

/** Shares sum to 1, or there are none. */
export function barOf(parts: readonly Part[]): BarPart[] {
  const total = parts.reduce((sum, part) => sum + part.nanos, 0);
  if (total <= 0) return [];
  const merged = new Map<string, BarPart>();
  for (const { kind, service, peer, nanos } of parts) {
    const key = JSON.stringify([kind, service, peer]);
    const share = (merged.get(key)?.share ?? 0) + nanos / total;
    merged.set(key, { kind: kindOf(kind), service, peer, share });
  }
  const sorted = [...merged.values()].sort((a, b) => b.share - a.share);
  const kept = sorted
    .filter((part) => part.kind !== 'rest' && part.share >= MIN_SHARE)
    .slice(0, MAX_BAR_PARTS);
  const rest = 1 - kept.reduce((sum, part) => sum + part.share, 0);
  return rest < 1e-9 ? kept : [...kept, { kind: 'rest', service: '', peer: '', share: rest }];
}
