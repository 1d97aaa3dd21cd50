// Configuration of the rate limiting sampler. Ours.

import { type ConfigOf, integer, number, object } from '../../../config/schema.ts';

export const rateLimitingSamplerConfig = object({
  traces_per_second: number({
    required: true,
    unit: 'traces a second',
    text: 'How many traces are kept in a second, in the long run.',
    check: (rate) =>
      rate > 0 && Number.isFinite(rate) ? undefined : ['must be more than 0', 'write 10, or 0.5'],
  }),
  burst: integer({
    default: 0,
    min: 0,
    unit: 'traces',
    text: 'How many traces may be kept at once after a quiet time. 0: as many as in one second, at least 1.',
  }),
});

export type RateLimitingSamplerConfig = ConfigOf<typeof rateLimitingSamplerConfig>;
