// Configuration of the memory limiter: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector/tree/main/processor/memorylimiterprocessor

import { type ConfigOf, duration, integer, object, type Report } from '../../../config/schema.ts';

const mib = (text: string) => integer({ default: 0, min: 0, max: 2 ** 32 - 1, unit: 'MiB', text });

const percentage = (text: string) =>
  integer({ default: 0, min: 0, max: 100, unit: 'percent', text });

const interval = (fallback: string, text: string) =>
  duration({ default: fallback, min: '0s', text });

export const memoryLimiterConfig = object({
  check_interval: duration({
    required: true,
    min: '1ns',
    text: 'Time between two looks at the memory, such as 1s.',
  }),
  limit_mib: mib('Memory that the process shall not exceed. Wins over limit_percentage.'),
  spike_limit_mib: mib(
    'How much the memory may grow between two looks: data is refused from limit_mib less this. 0: a fifth of the limit.',
  ),
  limit_percentage: percentage(
    'The limit as a part of the memory of the container, or of the machine where there is none.',
  ),
  spike_limit_percentage: percentage(
    'The spike as a part of the same memory, together with limit_percentage. 0: a fifth of the limit.',
  ),
  min_gc_interval_when_soft_limited: interval(
    '10s',
    'Least time between two collections of garbage while data is refused.',
  ),
  min_gc_interval_when_hard_limited: interval(
    '0s',
    'The same while the memory is above the limit itself. 0: at each look.',
  ),
  max_gc_interval_when_soft_limited: interval(
    '30s',
    'The time doubles up to this while collections free less than 5 %. 0: it stays the least.',
  ),
  max_gc_interval_when_hard_limited: interval(
    '30s',
    'The same while the memory is above the limit itself.',
  ),
}).check((config, report) => {
  const { limit_mib, spike_limit_mib, limit_percentage, spike_limit_percentage } = config;
  if (limit_mib === 0 && limit_percentage === 0) {
    const what = 'limit_mib or limit_percentage must be more than 0';
    report.at('limit_mib', what, 'write limit_percentage: 80, or limit_mib: 512');
  }
  if (limit_mib > 0 && spike_limit_mib >= limit_mib) {
    const remedy = `write ${Math.floor(limit_mib / 5)}, a fifth of the limit, or leave it out`;
    report.at('spike_limit_mib', `must be less than limit_mib, which is ${limit_mib}`, remedy);
  }
  if (limit_percentage > 0 && spike_limit_percentage >= limit_percentage) {
    report.at(
      'spike_limit_percentage',
      `must be less than limit_percentage, which is ${limit_percentage}`,
      'leave it out: a fifth of the limit',
    );
  }
  checkIntervals(config, report);
});

interface Intervals {
  readonly min_gc_interval_when_soft_limited: number;
  readonly min_gc_interval_when_hard_limited: number;
  readonly max_gc_interval_when_soft_limited: number;
  readonly max_gc_interval_when_hard_limited: number;
}

function checkIntervals(config: Intervals, report: Report): void {
  const notLess = (field: keyof Intervals, than: keyof Intervals, orZero: boolean): void => {
    if (config[field] >= config[than] || (orZero && config[field] === 0)) return;
    report.at(field, `must not be less than ${than}${orZero ? ', or 0' : ''}`);
  };
  notLess('min_gc_interval_when_soft_limited', 'min_gc_interval_when_hard_limited', false);
  notLess('max_gc_interval_when_soft_limited', 'min_gc_interval_when_soft_limited', true);
  notLess('max_gc_interval_when_hard_limited', 'min_gc_interval_when_hard_limited', true);
  if (config.max_gc_interval_when_hard_limited > 0) {
    notLess('max_gc_interval_when_soft_limited', 'max_gc_interval_when_hard_limited', true);
  }
}

export type MemoryLimiterConfig = ConfigOf<typeof memoryLimiterConfig>;
