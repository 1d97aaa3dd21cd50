// Durations: three significant digits and one unit, `412 ns` … `4.01 s`; from 100 s `2 min 05 s`; from 2 h `5.1 h`.
// The space is thin and does not break, so that a column of them stays narrow.

import { joined, threeDigits, THIN, UNKNOWN, type Measure } from './number.ts';

const MICRO = 1e3;
const MILLI = 1e6;
const SECOND = 1e9;
const MINUTES_FROM = 99.95 * SECOND;
const HOURS_FROM = 7_200 * SECOND;

export function durationParts(nanos: number | null): Measure {
  if (nanos === null || !Number.isFinite(nanos)) return { value: UNKNOWN, unit: '' };
  if (nanos < 0) {
    const positive = durationParts(-nanos);
    return { value: `−${positive.value}`, unit: positive.unit };
  }
  if (nanos === 0) return { value: '0', unit: 'ns' };
  if (nanos < 999.5) return { value: nanos < 1 ? '< 1' : nanos.toFixed(0), unit: 'ns' };
  if (nanos < 999.5 * MICRO) return { value: threeDigits(nanos / MICRO), unit: 'µs' };
  if (nanos < 999.5 * MILLI) return { value: threeDigits(nanos / MILLI), unit: 'ms' };
  if (nanos < MINUTES_FROM) return { value: threeDigits(nanos / SECOND), unit: 's' };
  if (nanos < HOURS_FROM) {
    const whole = Math.round(nanos / SECOND);
    const seconds = String(whole % 60).padStart(2, '0');
    return { value: `${String(Math.floor(whole / 60))}${THIN}min ${seconds}`, unit: 's' };
  }
  const hours = nanos / SECOND / 3600;
  return { value: hours < 99.95 ? hours.toFixed(1) : hours.toFixed(0), unit: 'h' };
}

export const duration = (nanos: number | null): string => joined(durationParts(nanos));

/** With the space that suits: sentences and terminals take a plain one. */
export const formatDuration = (nanos: number, space: string = THIN): string =>
  duration(nanos).replaceAll(THIN, space);

/** Sums of many people's waiting: `5.2 min`, `5.1 h`; below two minutes as any duration. */
export function amountOfTime(nanos: number): Measure {
  if (!Number.isFinite(nanos) || nanos < 120 * SECOND || nanos >= HOURS_FROM)
    return durationParts(nanos);
  return { value: threeDigits(nanos / SECOND / 60), unit: 'min' };
}

/** The words of an axis or a brush: short, no trailing zeros: `0`, `0.5 s`, `250 ms`. `stepNanos` gives the precision. */
export function axisTime(nanos: number, stepNanos: number): string {
  if (nanos === 0) return '0';
  for (const [unit, size] of [
    ['s', SECOND],
    ['ms', MILLI],
    ['µs', MICRO],
    ['ns', 1],
  ] as const) {
    if (stepNanos < size / 10 && unit !== 'ns') continue;
    const decimals = Math.max(0, Math.ceil(-Math.log10(stepNanos / size) - 1e-9));
    return `${(nanos / size).toFixed(decimals)}${THIN}${unit}`;
  }
  return UNKNOWN;
}
