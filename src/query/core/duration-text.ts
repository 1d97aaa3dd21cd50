// Durations as people write them: `10ms`, `1.5s`, `1m30s`. Runs in a browser, too.

const NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
  w: 604_800e9,
};

const PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|min|s|m|h|d|w)/y;

/** Nanoseconds, or undefined: not a duration. */
export function parseDurationNanos(text: string): number | undefined {
  let nanos = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let part = PART.exec(text); part !== null; part = PART.exec(text)) {
    nanos += Number(part[1]) * (NANOS[part[2] ?? ''] ?? Number.NaN);
    end = PART.lastIndex;
  }
  return end === text.length && end > 0 ? Math.round(nanos) : undefined;
}
