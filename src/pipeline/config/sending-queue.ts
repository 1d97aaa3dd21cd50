// `sending_queue` with its `batch`. Upstream's exporterhelper
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/exporterhelper); `on_full` and
// `storage: memory` are ours.

import {
  boolean,
  duration,
  enumeration,
  integer,
  list,
  mapped,
  object,
  optional,
  reference,
  string,
} from '../../config/schema.ts';
import type { OptionalState } from '../../config/schema/schema.ts';
import type { QueueConfig } from '../delivery-config.ts';

const batch = object(
  {
    flush_timeout: duration({
      default: '200ms',
      min: '1ns',
      text: 'Send what is there after this time.',
    }),
    min_size: integer({ default: 8192, min: 0, text: 'Send when this much waits.' }),
    max_size: integer({ default: 0, min: 0, text: 'Split larger batches. 0: never.' }),
    sizer: enumeration(['items', 'bytes'], {
      text: 'What sizes count. Not written: as the queue where that counts items or bytes, else items.',
    }),
    partition: optional(
      object({
        metadata_keys: list(string(), {
          text: 'Keep one batch for each combination of these request headers.',
        }),
      }),
      { text: 'What is not put into one batch.' },
    ),
  },
  { text: 'Joins what waits into larger requests. Not written: requests are sent as they came.' },
).check((config, report) => {
  if (config.max_size !== 0 && config.max_size < config.min_size) {
    report.at('max_size', 'is smaller than min_size', `write 0 or at least ${config.min_size}`);
  }
});

const fields = object({
  num_consumers: integer({ default: 10, min: 1, text: 'Requests under way at once.' }),
  queue_size: integer({
    min: 1,
    text: 'Room, counted by sizer. Not written: what fits on the disk (upstream 1000 requests).',
  }),
  sizer: enumeration(['requests', 'items', 'bytes'], {
    default: 'requests',
    text: 'What queue_size counts.',
  }),
  block_on_overflow: boolean({
    default: false,
    text: 'Wait for room when the queue is full. Here the log waits, not the client.',
  }),
  wait_for_result: boolean({
    default: false,
    text: 'Upstream answers the client when the batch was sent. Here the client is answered when it is in the log; accepted, without effect.',
  }),
  storage: reference('extension', {
    role: 'storage',
    words: ['memory'],
    text: 'Extension in whose folder the queue lies. Not written: in the data directory. `memory` (ours): not on disk, lost when the process dies.',
  }),
  on_full: enumeration(['refuse', 'drop_oldest'], {
    ours: true,
    text: 'When the queue is full: refuse at the receivers, or lose the oldest of this exporter, counted. Not written: refuse where nothing else hangs on the pipeline, else drop_oldest.',
  }),
  batch: optional(batch, { initial: 'default' }),
}).check((config, report) => {
  if (config.wait_for_result && config.storage !== undefined && config.storage !== 'memory') {
    report.at('wait_for_result', 'does not go with storage', 'remove one of them');
  }
  const { batch: inner, queue_size: room } = config;
  const sameSizer = inner !== undefined && (inner.sizer ?? itemsOr(config.sizer)) === config.sizer;
  if (inner !== undefined && room !== undefined && sameSizer && inner.min_size > room) {
    report.at(
      report.has('batch.min_size') ? 'batch.min_size' : 'queue_size',
      `a batch of at least ${inner.min_size} never fits into a queue of ${room}`,
      `write a queue_size of ${inner.min_size} or more`,
    );
  }
  if (config.storage === 'memory') {
    report.warn(
      'storage',
      'what waits in memory is lost when the process dies',
      'remove it: the log keeps what waits',
    );
  }
});

const itemsOr = (sizer: QueueConfig['sizer']): 'items' | 'bytes' =>
  sizer === 'bytes' ? 'bytes' : 'items';

/** @param initial `some`: on by itself, as in most exporters. */
export const sendingQueue = (initial: OptionalState = 'some') =>
  optional(
    mapped(fields, (config): QueueConfig => ({
      ...config,
      batch: config.batch && {
        ...config.batch,
        sizer: config.batch.sizer ?? itemsOr(config.sizer),
      },
    })),
    { initial, text: 'What waits to be sent. On disk: nothing is lost when the process ends.' },
  );
