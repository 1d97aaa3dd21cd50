// Counts, rates, shares and sizes as people read them. Never `NaN`, `Infinity`, `-0`, and never a rounded `0 %` for
// something that happened.

import { threeDigits, THIN_SPACE } from './duration.ts';

const EXACT_COUNT_MAX = 9_999_999;
const UNKNOWN = '–';

/** Exact with thousands separators to 9,999,999, then `12.5 M`; `~` in front of estimates. */
export function formatCount(count: number, estimated = false, space: string = THIN_SPACE): string {
  if (!Number.isFinite(count)) return UNKNOWN;
  const sign = estimated ? '~' : '';
  if (Math.abs(count) <= EXACT_COUNT_MAX)
    return `${sign}${Math.round(count).toLocaleString('en-US')}`;
  const [unit, size] = count >= 1e9 ? (['G', 1e9] as const) : (['M', 1e6] as const);
  return `${sign}${threeDigits(count / size)}${space}${unit}`;
}

/** `9.3/s`, `1,840/s`, `12.4 k/s`; under 0.1/s by the minute, `4/min`. */
export function formatRate(perSecond: number, space: string = THIN_SPACE): string {
  if (!Number.isFinite(perSecond)) return UNKNOWN;
  if (perSecond === 0) return '0/s';
  if (perSecond < 0.1) return `${threeDigits(perSecond * 60, 1)}/min`;
  if (perSecond >= 10_000) return `${threeDigits(perSecond / 1000)}${space}k/s`;
  if (perSecond >= 100) return `${Math.round(perSecond).toLocaleString('en-US')}/s`;
  return `${threeDigits(perSecond, perSecond < 10 ? 2 : 3)}/s`;
}

/** `0 %`, `< 0.01 %`, `0.12 %`, `15.0 %`, `100 %`. */
export function formatShare(share: number, space: string = THIN_SPACE): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  if (percent === 0) return `0${space}%`;
  if (percent < 0.01) return `<${space}0.01${space}%`;
  if (percent >= 99.95) return `${percent >= 100 ? '100' : '99.9'}${space}%`;
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)}${space}%`;
}

/** Binary units, for memory, disk and queues: `1.1 GiB`. */
export function formatBytes(bytes: number, space: string = THIN_SPACE): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB'], space);
}

/** Decimal units, for volume a day: `21.4 GB`. */
export function formatVolume(bytes: number, space: string = THIN_SPACE): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB'], space);
}

function scaled(value: number, base: number, units: readonly string[], space: string): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  let amount = value;
  let unit = 0;
  while (amount >= base && unit < units.length - 1) {
    amount /= base;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(amount) : amount.toFixed(1)}${space}${units[unit] ?? ''}`;
}
