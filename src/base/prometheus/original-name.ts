// The way back: what an OTLP metric may have been called whose name in Prometheus this is. Names do not say which of their
// words are units, so this is a guess, made where a user asks for it (`trim_metric_suffixes`).

import { UNIT_WORDS, unitOfWords } from './units.ts';

/** Suffixes that Prometheus and OpenMetrics put behind a name by its type. */
const TYPE_SUFFIX = /_(?:total|created|ratio)$/;
const PER = /_per_(second|minute|hour|day|week|month|year)$/;

export interface OriginalMetric {
  readonly name: string;
  /** UCUM; empty where the name ends in no unit. */
  readonly unit: string;
}

/**
 * @param unit as the exposition declares it (`# UNIT`), in Prometheus' words; empty where it does not.
 */
export function originalMetric(name: string, unit: string): OriginalMetric {
  let plain = name.replace(TYPE_SUFFIX, '');
  const words = unit !== '' && plain.endsWith(`_${unit}`) ? unit : unitWordsAtEnd(plain);
  if (words !== '') plain = plain.slice(0, -words.length - 1);
  return { name: plain, unit: unitOfUnitText(unit === '' ? words : unit) };
}

/** `seconds` is `s`; a unit that is none of Prometheus' words stays as it is. */
export const unitOfUnitText = (words: string): string => (words === '' ? '' : unitOfWords(words));

function unitWordsAtEnd(name: string): string {
  const per = PER.exec(name)?.[0] ?? '';
  const rest = name.slice(0, name.length - per.length);
  const main = UNIT_WORDS.find(
    (word) => rest.endsWith(`_${word}`) && rest.length > word.length + 1,
  );
  return main === undefined ? per.slice(1) : `${main}${per}`;
}
