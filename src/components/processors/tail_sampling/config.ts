// Configuration of the tail_sampling processor: the Collector's fields, and what ours adds (`buffer_size`).
// https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor

import {
  boolean,
  bytes,
  type ConfigOf,
  duration,
  enumeration,
  integer,
  list,
  object,
  string,
} from '../../../config/schema.ts';
import { needsWholeTrace, policy } from './policies/config.ts';

/** Less than this holds no more than a few requests. */
const MIN_BUFFER_BYTES = 64 * 1024;

export const tailSamplingConfig = object({
  policies: list(policy, {
    required: true,
    min: 1,
    text: 'Policies that vote on each trace. Dropped by one of type drop: out; else sampled by any: kept.',
  }),
  decision_wait: duration({
    default: '30s',
    min: '0s',
    text: 'Wait this long after the first span of a trace before deciding; at least 1 s.',
  }),
  decision_wait_after_root_received: duration({
    default: '0s',
    min: '0s',
    text: 'Decide this long after the root span came, where that is earlier. 0: off.',
  }),
  num_traces: integer({
    default: 50_000,
    min: 1,
    text: 'Decisions remembered for spans that come late, kept and other traces each, where no decision_cache is given. Traces that wait are limited by buffer_size instead.',
  }),
  buffer_size: bytes({
    min: MIN_BUFFER_BYTES,
    text: 'Memory for spans that wait for a decision. Beyond it their bytes are let go and read back from the log. Default: a sixteenth of the memory, at most 128 MiB.',
    ours: true,
  }),
  block_on_overflow: boolean({
    default: false,
    text: 'When the buffer is full and nothing can be read back from the log: wait for decisions instead of making the oldest early.',
  }),
  expected_new_traces_per_sec: integer({
    default: 0,
    min: 0,
    text: 'How many traces to make room for at the start; it grows by itself.',
  }),
  decision_cache: object(
    {
      sampled_cache_size: integer({
        default: 0,
        min: 0,
        text: 'Ids of kept traces to remember. 0: num_traces.',
      }),
      non_sampled_cache_size: integer({
        default: 0,
        min: 0,
        text: 'Ids of other traces to remember. 0: num_traces.',
      }),
    },
    { text: 'Decisions that spans which come later inherit.' },
  ),
  sample_on_first_match: boolean({
    default: false,
    text: 'Ask no further policy once one has sampled the trace.',
  }),
  sampling_strategy: enumeration(['trace-complete', 'span-ingest'], {
    default: 'trace-complete',
    text: 'Whether policies look at the whole trace after the wait, or already at spans as they come (stateless policies only).',
  }),
  drop_pending_traces_on_shutdown: boolean({
    default: false,
    text: 'Drop what is not decided when stopping. Else it is kept in the log and decided after the next start.',
  }),
  maximum_trace_size_bytes: integer({
    default: 0,
    min: 0,
    unit: 'bytes',
    text: 'Let the spans of larger traces go to the log; they are decided all the same. 0: an eighth of the buffer.',
  }),
  tail_storage: string({
    text: 'Extension that stores spans. Taken and not used: the log does that here.',
  }),
}).check((config, report) => {
  const names = new Set<string>();
  for (const [at, one] of config.policies.entries()) {
    const { name } = one;
    if (names.has(name)) {
      report.at(['policies', at, 'name'], `is the name of another policy too`, 'give it its own');
    }
    names.add(name);
    const needy = needsWholeTrace(one);
    if (config.sampling_strategy === 'span-ingest' && needy !== undefined) {
      report.at(
        ['policies', at, 'type'],
        `${needy} needs the whole trace, which span-ingest does not wait for`,
        'write sampling_strategy: trace-complete',
      );
    }
  }
});

export type TailSamplingConfig = ConfigOf<typeof tailSamplingConfig>;
