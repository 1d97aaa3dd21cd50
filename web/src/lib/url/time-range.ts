// The time range of the page: `from` and `to`, each ISO or `now-1h`. A relative range is kept relative in the URL (a
// bookmark stays "Last 1 h") and resolved when a query runs or a link is copied.

export type Edge =
  | { readonly kind: 'now'; readonly backMs: number }
  | { readonly kind: 'at'; readonly ms: number };

export interface Range {
  readonly from: Edge;
  readonly to: Edge;
}

/** Milliseconds since the epoch. */
export interface Resolved {
  readonly fromMs: number;
  readonly toMs: number;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1e3,
  m: 60e3,
  h: 3.6e6,
  d: 86.4e6,
  w: 604.8e6,
};

const DEFAULT_RANGE: Range = {
  from: { kind: 'now', backMs: 3.6e6 },
  to: { kind: 'now', backMs: 0 },
};

export const PRESETS: ReadonlyArray<{ readonly text: string; readonly label: string }> = [
  { text: 'now-5m', label: 'Last 5 min' },
  { text: 'now-15m', label: 'Last 15 min' },
  { text: 'now-1h', label: 'Last 1 h' },
  { text: 'now-6h', label: 'Last 6 h' },
  { text: 'now-1d', label: 'Last 24 h' },
  { text: 'now-7d', label: 'Last 7 d' },
];

export function readEdge(text: string | null): Edge | null {
  if (text === null) return null;
  if (text === 'now') return { kind: 'now', backMs: 0 };
  const relative = /^now-(\d{1,6})([smhdw])$/u.exec(text);
  if (relative !== null) {
    const unit = UNIT_MS[relative[2] ?? ''];
    return unit === undefined ? null : { kind: 'now', backMs: Number(relative[1]) * unit };
  }
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? { kind: 'at', ms } : null;
}

export function readRange(from: string | null, to: string | null): Range {
  const range = {
    from: readEdge(from) ?? DEFAULT_RANGE.from,
    to: readEdge(to) ?? DEFAULT_RANGE.to,
  };
  const { fromMs, toMs } = resolve(range, Date.now());
  return fromMs < toMs ? range : DEFAULT_RANGE;
}

export const resolve = (range: Range, nowMs: number): Resolved => ({
  fromMs: range.from.kind === 'now' ? nowMs - range.from.backMs : range.from.ms,
  toMs: range.to.kind === 'now' ? nowMs - range.to.backMs : range.to.ms,
});

/** Whether the range ends now, so that new data can fall into it. */
export const isLive = (range: Range): boolean => range.to.kind === 'now';
