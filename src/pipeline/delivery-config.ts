// The part of an exporter's configuration that is the same for all: how long, how often, and what waits where.
// Names as in the file; durations in ms. Declared for the file in config/.

export interface RetryConfig {
  readonly enabled: boolean;
  readonly initial_interval: number;
  readonly randomization_factor: number;
  readonly multiplier: number;
  readonly max_interval: number;
  /** 0: for ever. */
  readonly max_elapsed_time: number;
}

export type Sizer = 'requests' | 'items' | 'bytes';

export interface QueueBatchConfig {
  readonly flush_timeout: number;
  readonly min_size: number;
  /** 0: no limit. */
  readonly max_size: number;
  readonly sizer: Exclude<Sizer, 'requests'>;
  readonly partition?: { readonly metadata_keys: readonly string[] } | undefined;
}

export interface QueueConfig {
  readonly num_consumers: number;
  /** Undefined: not limited by count, only by what the queue may take on disk. */
  readonly queue_size?: number | undefined;
  readonly sizer: Sizer;
  readonly block_on_overflow: boolean;
  readonly wait_for_result?: boolean | undefined;
  /** Id of a storage extension, or `memory`. */
  readonly storage?: string | undefined;
  /** What happens when it is full. Undefined: see the README. */
  readonly on_full?: 'refuse' | 'drop_oldest' | undefined;
  readonly batch?: QueueBatchConfig | undefined;
}

export interface DeliveryConfig {
  /** Of one attempt, ms; 0 or undefined: none. */
  readonly timeout?: number | undefined;
  readonly retry_on_failure?: RetryConfig | undefined;
  /** Undefined: none; one batch at a time. */
  readonly sending_queue?: QueueConfig | undefined;
  /** Its pipelines wait for it, whatever else hangs on them: it neither loses anything nor has a queue on disk. */
  readonly waits?: boolean | undefined;
}
