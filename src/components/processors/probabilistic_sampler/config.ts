// Configuration of the probabilistic sampler: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/probabilisticsamplerprocessor

import {
  boolean,
  type ConfigOf,
  enumeration,
  integer,
  number,
  object,
  string,
} from '../../../config/schema.ts';
import { MIN_PROBABILITY } from '../../../otlp/sampling/threshold.ts';

const PERCENT = 100;

export const probabilisticSamplerConfig = object({
  sampling_percentage: number({
    default: 0,
    min: 0,
    unit: 'percent',
    text: 'How much is kept. 0 keeps nothing, 100 and more keep all. Read with the precision of a 32-bit number.',
    check: (percent) => {
      if (!Number.isFinite(percent)) return ['is no percentage', 'write a number from 0 to 100'];
      if (percent === 0 || percent / PERCENT >= MIN_PROBABILITY) return undefined;
      return ['is less than a threshold of 56 bits can say', 'write 0, or 2e-15 or more'];
    },
  }),
  mode: enumeration(['', 'hash_seed', 'equalizing', 'proportional'], {
    default: '',
    text: 'Where the randomness comes from, and what earlier sampling means. hash_seed (also where nothing is written): from a hash of the trace id and hash_seed. equalizing: from the trace id, down to sampling_percentage of what there was at the beginning. proportional: from the trace id, sampling_percentage of what arrives.',
  }),
  hash_seed: integer({
    default: 0,
    min: 0,
    max: 2 ** 32 - 1,
    text: 'Collectors side by side need the same seed, collectors one behind the other different ones. For hash_seed.',
  }),
  fail_closed: boolean({
    default: true,
    text: 'Drop what has no randomness, or sampling information that contradicts itself. false: keep it.',
  }),
  sampling_precision: integer({
    default: 4,
    min: 1,
    max: 14,
    unit: 'hex digits',
    text: 'Digits of the threshold that is written. For equalizing and proportional.',
  }),
  attribute_source: enumeration(['traceID', 'record'], {
    default: 'traceID',
    text: 'Logs: hash the trace id, or the attribute from_attribute. For hash_seed.',
  }),
  from_attribute: string({
    default: '',
    text: 'Logs: the attribute to hash, where attribute_source is record or there is no trace id. For hash_seed.',
  }),
  sampling_priority: string({
    default: '',
    text: 'Logs: an attribute with the percentage for its record, in place of sampling_percentage.',
  }),
});

export type ProbabilisticSamplerConfig = ConfigOf<typeof probabilisticSamplerConfig>;
