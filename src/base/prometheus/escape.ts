// Names with characters that older readers do not take, in the four forms a scraper may ask for (`escaping=` in Accept).
// https://prometheus.io/docs/instrumenting/escaping_schemes/

export const ESCAPINGS = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type Escaping = (typeof ESCAPINGS)[number];

const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export const isPlainMetricName = (name: string): boolean => METRIC.test(name);
export const isPlainLabelName = (name: string): boolean => LABEL.test(name);

/** Labels have no `:`, but every reader takes it where a metric's name may have it. */
const isPlainAt = (char: string, at: number): boolean =>
  /[a-zA-Z_:]/.test(char) || (at > 0 && /\d/.test(char));

export function escapeName(name: string, escaping: Escaping): string {
  if (escaping === 'allow-utf-8' || name === '') return name;
  if (escaping === 'dots') return dotted(name);
  if (METRIC.test(name)) return name;
  return escaping === 'values' ? valued(name) : underscored(name);
}

const underscored = (name: string): string =>
  Array.from(name)
    .map((char, at) => (isPlainAt(char, at) ? char : '_'))
    .join('');

/** Applied to every name, so that what has underscores already can be told apart. */
const dotted = (name: string): string =>
  Array.from(name)
    .map((char, at) => {
      if (char === '_') return '__';
      if (char === '.') return '_dot_';
      return isPlainAt(char, at) ? char : '__';
    })
    .join('');

const valued = (name: string): string =>
  `U__${Array.from(name)
    .map((char, at) => {
      if (char === '_') return '__';
      return isPlainAt(char, at) ? char : `_${(char.codePointAt(0) ?? 0).toString(16)}_`;
    })
    .join('')}`;
