// Durations as people and the Collector write them: `200ms`, `1.5s`, `1h30m`, `14d`. Result in ms.
// Go's syntax (https://pkg.go.dev/time#ParseDuration) plus `d` and `w`.

import { err, ok, type Result } from '../../base/result.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const PART = /(\d+(?:\.\d+)?|\.\d+)(ns|us|µs|ms|s|m|h|d|w)/gy;

export function parseDuration(text: string): Result<number, string> {
  const trimmed = text.trim();
  if (trimmed === '0') return ok(0);
  let total = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let match = PART.exec(trimmed); match !== null; match = PART.exec(trimmed)) {
    total += Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? Number.NaN);
    end = PART.lastIndex;
  }
  if (end === 0 || end !== trimmed.length) {
    return err(
      `"${text}" is not a duration; write a number with a unit, such as 500ms, 30s, 1h30m or 14d`,
    );
  }
  return ok(total);
}

/** The shortest exact form: 1209600000 → `14d`. */
export function printDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNIT_MS[unit] ?? 1;
    if (ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms}ms`;
}
