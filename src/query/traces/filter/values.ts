// What bare values mean: numbers, durations and the words of enumerations.

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

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|min|s|m|h|d|w)/y;

/** A decimal number, or undefined. Signs, fractions and exponents; no hexadecimal, no Infinity. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** `10ms`, `1.5s`, `1m30s` in nanoseconds, or undefined. */
export function parseDurationNanos(text: string): number | undefined {
  let nanos = 0;
  DURATION_PART.lastIndex = 0;
  let end = 0;
  for (let part = DURATION_PART.exec(text); part !== null; part = DURATION_PART.exec(text)) {
    nanos += Number(part[1]) * (NANOS[part[2] ?? ''] ?? Number.NaN);
    end = DURATION_PART.lastIndex;
  }
  return end === text.length && end > 0 ? Math.round(nanos) : undefined;
}

export const STATUSES = ['unset', 'ok', 'error'] as const;
export const KINDS = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
] as const;
/** In order of severity; `unknown` is below all. */
export const LEVELS = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const LEVEL_SYNONYMS: Readonly<Record<string, (typeof LEVELS)[number]>> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
  information: 'info',
};

/** The place of a word in an enumeration, in any case; -1: not a word of it. */
export const indexOfWord = (words: readonly string[], text: string): number => {
  const word = text.toLowerCase();
  return words.indexOf(words === LEVELS ? (LEVEL_SYNONYMS[word] ?? word) : word);
};
