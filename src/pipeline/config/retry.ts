// `retry_on_failure`. Upstream's configretry
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/config/configretry).

import { boolean, duration, number, object } from '../../config/schema.ts';
import { printGoDuration } from '../../config/units/go-duration.ts';

export interface RetryDefaults {
  readonly enabled?: boolean;
  readonly initial_interval?: string;
}

export const retryOnFailure = (defaults: RetryDefaults = {}) =>
  object(
    {
      enabled: boolean({ default: defaults.enabled ?? true, text: 'Try again at all.' }),
      initial_interval: duration({
        default: defaults.initial_interval ?? '5s',
        min: '0s',
        text: 'Wait before the first repetition.',
      }),
      randomization_factor: number({
        default: 0.5,
        min: 0,
        max: 1,
        text: 'Each wait is random within this share of it, so that senders do not come all at once.',
      }),
      multiplier: number({
        default: 1.5,
        min: 0,
        text: 'Each wait is this much longer than the one before.',
      }),
      max_interval: duration({ default: '30s', min: '0s', text: 'Longest wait.' }),
      max_elapsed_time: duration({
        default: '5m',
        min: '0s',
        text: 'Give up after this time: the batch goes to the dead letters. 0: never give up.',
      }),
    },
    {
      text: 'What happens to a batch that could not be sent for a reason that may pass. A delay that the other side asks for is kept.',
    },
  ).check((config, report) => {
    const { enabled, max_elapsed_time: limit } = config;
    if (!enabled || limit === 0) return;
    for (const key of ['initial_interval', 'max_interval'] as const) {
      if (limit < config[key]) {
        report.at(
          'max_elapsed_time',
          `is shorter than ${key} (${printGoDuration(config[key])})`,
          `write 0 or at least ${printGoDuration(config[key])}`,
        );
      }
    }
  });
