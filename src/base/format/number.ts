// How counts, rates, bytes and shares are written, in the browser and in the terminal. A thin no-break space stands
// before a unit; an unknown value is an en dash, never NaN, Infinity or -0.

export const THIN = '\u202f';
export const UNKNOWN = '–';

/** A number and its unit apart, so that a table can dim the unit. */
export interface Measure {
  readonly value: string;
  readonly unit: string;
}

export const joined = ({ value, unit }: Measure): string =>
  unit === '' ? value : unit.startsWith('/') ? value + unit : value + THIN + unit;

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/gu, ',');

/** Three significant digits, never an exponent: 8.4 → `8.40`, 94.81 → `94.8`, 332.4 → `332`. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, 2 - exponent);
  const text = value.toFixed(decimals);
  // 9.996 becomes 10.00 by rounding: one decimal less.
  return Math.floor(Math.log10(Math.abs(Number(text)))) > exponent && decimals > 0
    ? value.toFixed(decimals - 1)
    : text;
}

const MILLION = 1e6;
const EXACT_UP_TO = 9_999_999;

/** Exact with separators to 9,999,999, then `12.5 M`; estimates start with `~`. */
export function count(value: number | null, estimated = false): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const tilde = estimated ? '~' : '';
  const whole = Math.round(Math.abs(value));
  const sign = value < 0 && whole > 0 ? '−' : '';
  if (whole <= EXACT_UP_TO) return tilde + sign + grouped(String(whole));
  for (const [unit, size] of [
    ['M', MILLION],
    ['G', 1e9],
    ['T', 1e12],
  ] as const)
    if (whole / size < 999.5 || unit === 'T')
      return `${tilde}${sign}${threeDigits(whole / size)}${THIN}${unit}`;
  return UNKNOWN;
}

/** `count` as text with the space that suits: sentences and terminals take a plain one. */
export const formatCount = (value: number, estimated = false, space: string = THIN): string =>
  count(value, estimated).replaceAll(THIN, space);

/** Every digit, for counts that must add up before the reader's eyes. */
export const exactCount = (value: number): string =>
  Number.isFinite(value)
    ? (value < 0 ? '−' : '') + grouped(Math.abs(Math.round(value)).toFixed(0))
    : UNKNOWN;

/** For axes: `800`, `20 k`, `1.5 M`, without needless decimals. */
export function shortCount(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  for (const [unit, scale] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (size >= scale) return `${String(Number((value / scale).toPrecision(3)))}${THIN}${unit}`;
  return String(Number(value.toPrecision(3)));
}

/** `9.3/s`, `1,840/s`, `12.4 k/s`; under 0.1/s by the minute: `4/min`. */
export function rate(perSecond: number | null): Measure {
  if (perSecond === null || !Number.isFinite(perSecond) || perSecond < 0)
    return { value: UNKNOWN, unit: '' };
  if (perSecond === 0) return { value: '0', unit: '/s' };
  if (perSecond < 0.1) {
    const perMinute = perSecond * 60;
    const shown = perMinute < 0.95 ? perMinute.toFixed(1) : perMinute.toFixed(0);
    return { value: shown === '0.0' ? '< 0.1' : shown, unit: '/min' };
  }
  if (perSecond < 0.995) return { value: perSecond.toFixed(2), unit: '/s' };
  if (perSecond < 99.95) return { value: perSecond.toFixed(1), unit: '/s' };
  if (perSecond < 9_999.5) return { value: grouped(perSecond.toFixed(0)), unit: '/s' };
  if (perSecond < 999_500) return { value: threeDigits(perSecond / 1e3), unit: 'k/s' };
  return { value: threeDigits(perSecond / MILLION), unit: 'M/s' };
}

/** A share of 1 as percent: `0.12 %`, one decimal from 10, never a rounded 0 for something that happened. */
export function percent(share: number | null): Measure {
  if (share === null || !Number.isFinite(share)) return { value: UNKNOWN, unit: '' };
  const value = share * 100;
  if (value === 0) return { value: '0', unit: '%' };
  if (value < 0) return { value: `−${percent(-share).value}`, unit: '%' };
  if (value < 0.01) return { value: `<${THIN}0.01`, unit: '%' };
  if (value < 9.995) return { value: value.toFixed(2), unit: '%' };
  if (value > 99.95 && value < 100) return { value: `>${THIN}99.9`, unit: '%' };
  return { value: value >= 100 ? value.toFixed(0) : value.toFixed(1), unit: '%' };
}

/** A share in prose: whole percent. */
export function percentWhole(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.5) return `<${THIN}1${THIN}%`;
  return `${String(Math.round(value))}${THIN}%`;
}

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function scaled(value: number, base: number, units: readonly string[]): Measure {
  if (!Number.isFinite(value) || value < 0) return { value: UNKNOWN, unit: '' };
  let at = 0;
  let left = value;
  // 999.5 and not base: the rounded number never has four digits.
  while (left >= (at === 0 ? base : 999.5) && at < units.length - 1) {
    left /= base;
    at += 1;
  }
  const text =
    at === 0 ? grouped(left.toFixed(0)) : left < 99.95 ? left.toFixed(1) : left.toFixed(0);
  return { value: text, unit: units[at] ?? '' };
}

/** Memory, disk, queues: `1.1 GiB`. */
export const bytesBinary = (bytes: number): Measure => scaled(bytes, 1024, BINARY);

/** Volume over time: `21.4 GB`. */
export const bytesDecimal = (bytes: number): Measure => scaled(bytes, 1000, DECIMAL);
