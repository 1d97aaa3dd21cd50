// Units of OTLP (UCUM, case-sensitive) as the words that Prometheus names end in, and back. The tables are those of
// Prometheus' own translator, version 1: https://github.com/prometheus/otlptranslator

const WORDS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

/** After a slash. `m` is a minute here, whatever UCUM says. */
const PER_WORDS: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

export interface UnitWords {
  /** `bytes`; empty for none. */
  readonly main: string;
  /** `per_second`; empty for none. */
  readonly per: string;
}

/** Annotations such as `{request}` are no units. What is not in the tables stands for itself. */
export function unitWords(unit: string): UnitWords {
  const slash = unit.indexOf('/');
  const main = wordOf(slash < 0 ? unit : unit.slice(0, slash), WORDS);
  const per = slash < 0 ? '' : wordOf(unit.slice(slash + 1), PER_WORDS);
  return { main, per: per === '' ? '' : `per_${per}` };
}

function wordOf(unit: string, words: ReadonlyMap<string, string>): string {
  const plain = unit.trim();
  if (plain === '' || /[{}]/.test(plain)) return '';
  return words.get(plain) ?? plain;
}

const UNITS: ReadonlyMap<string, string> = new Map(
  [...WORDS].filter(([, word]) => word !== '').map(([unit, word]) => [word, unit]),
);
const PER_UNITS: ReadonlyMap<string, string> = new Map(
  [...PER_WORDS].map(([unit, word]) => [word, unit]),
);

/** The unit of `seconds` is `s`, of `bytes_per_second` `By/s`; of what is no known word, the text itself. */
export function unitOfWords(words: string): string {
  const [main = '', per] = words.split(/_?per_/);
  const unit = UNITS.get(main) ?? main;
  return per === undefined ? unit : `${unit}/${PER_UNITS.get(per) ?? per}`;
}

/** Words that a name may end in, longest first. */
export const UNIT_WORDS: readonly string[] = [...UNITS.keys()].toSorted(
  (a, b) => b.length - a.length,
);
