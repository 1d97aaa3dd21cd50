// The range of the page as a hook. `resolved` stays the same object until the range changes or `refresh` is called,
// so that a page asks again only when it means to.

import { useCallback, useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import { clock, isoOf, millisToNanos, type Zone } from '../format/time.ts';
import { choiceParam, useParam, useSetParams } from './params.ts';
import { isLive, PRESETS, readRange, resolve, type Range, type Resolved } from './time-range.ts';

const ZONE = choiceParam<Zone>('tz', ['utc', 'local']);

export function useZone(): readonly [Zone, (zone: Zone) => void] {
  const [zone, set] = useParam(ZONE);
  return [zone, (next) => set(next, 'replace')];
}

export interface PageRange {
  readonly range: Range;
  readonly resolved: Resolved;
  /** For the API: decimal nanoseconds. */
  readonly query: { readonly from: string; readonly to: string };
  readonly label: string;
  readonly live: boolean;
  readonly refresh: () => void;
  readonly setRelative: (from: string) => void;
  readonly setAbsolute: (fromMs: number, toMs: number) => void;
}

const momentOf = (range: Range): { range: Range; nowMs: number } => ({ range, nowMs: Date.now() });

export function useTimeRange(): PageRange {
  const params = new URLSearchParams(useSearch());
  const set = useSetParams();
  const [zone] = useZone();
  const fromText = params.get('from');
  const toText = params.get('to');
  const range = useMemo(() => readRange(fromText, toText), [fromText, toText]);
  const [moment, setMoment] = useState(() => momentOf(range));
  // A range chosen anew is resolved at that moment.
  if (moment.range !== range) setMoment(momentOf(range));
  const { nowMs } = moment;
  const resolved = useMemo(() => resolve(range, nowMs), [range, nowMs]);
  const query = useMemo(
    () => ({ from: millisToNanos(resolved.fromMs), to: millisToNanos(resolved.toMs) }),
    [resolved],
  );
  const refresh = useCallback(() => setMoment(momentOf(range)), [range]);
  const setRelative = useCallback(
    (from: string) =>
      set([
        ['from', from],
        ['to', null],
      ]),
    [set],
  );
  const setAbsolute = useCallback(
    (fromMs: number, toMs: number) =>
      set([
        ['from', isoOf(fromMs)],
        ['to', isoOf(toMs)],
      ]),
    [set],
  );
  return {
    range,
    resolved,
    query,
    label: labelOf(range, resolved, fromText, zone),
    live: isLive(range),
    refresh,
    setRelative,
    setAbsolute,
  };
}

function labelOf(range: Range, resolved: Resolved, fromText: string | null, zone: Zone): string {
  if (isLive(range) && range.from.kind === 'now') {
    const preset = PRESETS.find((one) => one.text === (fromText ?? 'now-1h'));
    if (preset !== undefined) return preset.label;
    return `Last ${String(Math.round(range.from.backMs / 60_000))} min`;
  }
  const from = clock(resolved.fromMs, zone, Date.now(), 'minute');
  // The end is written as seen from the start: its day only where it is another.
  const to =
    range.to.kind === 'now' ? 'now' : clock(resolved.toMs, zone, resolved.fromMs, 'minute');
  return `${from} – ${to}`;
}
