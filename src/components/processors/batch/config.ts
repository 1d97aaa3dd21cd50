// Configuration of the batch processor: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/batchprocessor

import { type ConfigOf, duration, integer, list, object, string } from '../../../config/schema.ts';

export const batchConfig = object({
  timeout: duration({
    default: '200ms',
    min: '0s',
    text: 'Send what is there after this time. 0: send at once.',
  }),
  send_batch_size: integer({
    default: 8192,
    min: 0,
    unit: 'spans, points or records',
    text: 'Send when so many wait. 0: send at once.',
  }),
  send_batch_max_size: integer({
    default: 0,
    min: 0,
    unit: 'spans, points or records',
    text: 'Send at most so many in one request. 0: no limit.',
  }),
  metadata_keys: list(string(), {
    text: 'Keep one batch for each combination of these request headers. Case does not matter.',
  }),
  metadata_cardinality_limit: integer({
    default: 1000,
    min: 0,
    unit: 'combinations',
    text: 'Combinations of headers at the same time. What comes with a further one is set aside in the dead letters. 0: no limit.',
  }),
}).check(({ send_batch_size, send_batch_max_size, metadata_keys }, report) => {
  if (send_batch_max_size !== 0 && send_batch_max_size < send_batch_size) {
    report.at(
      'send_batch_max_size',
      `must be 0 or at least send_batch_size, which is ${send_batch_size}`,
      `write ${send_batch_size} or more, or lower send_batch_size`,
    );
  }
  const seen = new Set<string>();
  for (const [at, key] of metadata_keys.entries()) {
    if (seen.has(key.toLowerCase())) {
      report.at(['metadata_keys', at], `"${key}" stands here twice`, 'remove one of them');
    }
    seen.add(key.toLowerCase());
  }
});

export type BatchConfig = ConfigOf<typeof batchConfig>;
