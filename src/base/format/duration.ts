// Durations as people read them: three significant digits and one unit, `8.40 ms`, `4.01 s`; from 100 s minutes and
// seconds, from 2 h hours. The space is thin, so that a column of them stays narrow.

export const THIN_SPACE = '\u2009';

const MINUTES_FROM_S = 100;
const HOURS_FROM_S = 7_200;

/** @param nanos may be negative (corrected clocks); not finite gives `–`. */
export function formatDuration(nanos: number, space: string = THIN_SPACE): string {
  if (!Number.isFinite(nanos)) return '–';
  if (nanos < 0) return `−${formatDuration(-nanos, space)}`;
  const seconds = nanos / 1e9;
  if (seconds >= HOURS_FROM_S) return `${threeDigits(seconds / 3600, 2)}${space}h`;
  if (seconds >= MINUTES_FROM_S) {
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)}${space}min${space}${String(whole % 60).padStart(2, '0')}${space}s`;
  }
  for (const [unit, size] of [
    ['ns', 1],
    ['µs', 1e3],
    ['ms', 1e6],
  ] as const) {
    // 999.5 would be shown as 1,000: the next unit takes it.
    if (nanos / size < 999.5)
      return `${unit === 'ns' ? Math.round(nanos) : threeDigits(nanos / size, 3)}${space}${unit}`;
  }
  return `${threeDigits(seconds, 3)}${space}s`;
}

/** `digits` significant digits, never an exponent: 8.4 → `8.40`, 94.81 → `94.8`, 332.4 → `332`. */
export function threeDigits(value: number, digits = 3): string {
  if (value === 0) return '0';
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.max(0, digits - 1 - exponent);
  const text = value.toFixed(decimals);
  // 9.996 becomes 10.00 by rounding: one decimal less.
  return Math.floor(Math.log10(Math.abs(Number(text)))) > exponent && decimals > 0
    ? value.toFixed(decimals - 1)
    : text;
}
