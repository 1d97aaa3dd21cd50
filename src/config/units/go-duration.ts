// Durations of Collector configuration: Go's syntax exactly (https://pkg.go.dev/time#ParseDuration), so signs are taken
// and days are not. Result in ms.

import { err, ok, type Result } from '../../base/result.ts';
import { parseDuration } from './duration.ts';

const SYNTAX = /^[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const HOUR_MS = 3_600_000;

/** @returns ms, or the remedy: what to write instead. */
export function parseGoDuration(text: string): Result<number, string> {
  if (/^[-+]?0$/.test(text)) return ok(0);
  if (!SYNTAX.test(text)) return err(remedy(text));
  let total = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    total += Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  }
  return ok(text.startsWith('-') ? -total : total);
}

function remedy(text: string): string {
  const days = parseDuration(text);
  if (days.ok && days.value % HOUR_MS === 0)
    return `days are not known here: write ${days.value / HOUR_MS}h`;
  const bare = text.trim();
  if (/^\d+(\.\d+)?$/.test(bare)) return `write the unit: ${bare}s or ${bare}ms`;
  const spaced = bare.replaceAll(/\s+/g, '').toLowerCase();
  if (SYNTAX.test(spaced)) return `write ${spaced}`;
  const word = /^(\d+(?:\.\d+)?)(ms|s|m|h)[a-z]*$/.exec(spaced);
  return word === null
    ? 'write numbers with the units ns, us, ms, s, m or h, such as 500ms, 30s or 1h30m'
    : `write ${word[1]}${word[2]}`;
}

/** As Go prints it: `1m30s`, `200ms`, `0s`. */
export function printGoDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const size = Math.abs(ms);
  if (size < 1) {
    return size < 1e-3 ? `${sign}${Math.round(size * 1e6)}ns` : `${sign}${trim(size * 1e3)}µs`;
  }
  if (size < 1_000) return `${sign}${trim(size)}ms`;
  const hours = Math.floor(size / HOUR_MS);
  const minutes = Math.floor((size % HOUR_MS) / 60_000);
  const seconds = trim((size % 60_000) / 1_000);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

const trim = (value: number): string => String(Number(value.toFixed(9)));
