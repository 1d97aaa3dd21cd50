// What bare values mean: numbers, and the words of enumerations. Durations: src/query/core/duration-text.ts.

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A decimal number, or undefined. Signs, fractions and exponents; no hexadecimal, no Infinity. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
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
