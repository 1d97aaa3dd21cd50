// Configuration of the group-by-trace processor: the Collector's fields and defaults.
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/groupbytraceprocessor

import { boolean, type ConfigOf, duration, integer, object } from '../../../config/schema.ts';

const never = (text: string) =>
  boolean({
    default: false,
    text,
    check: (on) => (on ? ['is not possible, here or upstream', 'remove it'] : undefined),
  });

export const groupByTraceConfig = object({
  wait_duration: duration({
    default: '1s',
    min: '0s',
    text: 'How long spans of a trace are waited for, from its first one on.',
  }),
  num_traces: integer({
    default: 1_000_000,
    min: 1,
    unit: 'traces',
    text: 'Traces that wait at most. Beyond it the oldest goes on at once.',
  }),
  num_workers: integer({
    default: 1,
    min: 1,
    text: 'Taken and without effect: there is one worker, which never waits for a lock.',
  }),
  discard_orphans: never('Drop traces without a root span. Planned upstream, and never made.'),
  store_on_disk: never(
    'Keep spans on disk while they wait. Planned upstream, and never made. Here they are in the log on disk at all times.',
  ),
});

export type GroupByTraceConfig = ConfigOf<typeof groupByTraceConfig>;
