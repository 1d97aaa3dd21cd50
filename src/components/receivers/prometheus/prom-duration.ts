// Durations as Prometheus writes them: 1h30m, 5s, 2d. https://prometheus.io/docs/prometheus/latest/configuration/configuration/

import type { Fault } from '../../../config/schema.ts';

const UNITS_MS = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const FORM = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds; undefined where it is none. */
export function parsePromDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = FORM.exec(text);
  if (match === null || text === '') return undefined;
  return Object.values(UNITS_MS).reduce((sum, ms, at) => sum + Number(match[at + 1] ?? 0) * ms, 0);
}

export function checkPromDuration(text: string): Fault | undefined {
  const ms = parsePromDuration(text);
  if (ms === undefined) {
    return [
      `${JSON.stringify(text)} is not a duration`,
      'write it as 15s, 1m30s or 500ms, without fractions',
    ];
  }
  return ms > 0 ? undefined : ['must be more than 0', 'write it as 15s or 1m'];
}
