// What the configuration means in bytes and ms.

import { totalmem } from 'node:os';
import type { TailSamplingConfig } from './config.ts';

const MIB = 1024 * 1024;
/** A default that leaves room under a memory_limiter of 512 MiB, however large the machine. */
const MAX_DEFAULT_BUFFER_BYTES = 128 * MIB;
const MEMORY_SHARE = 1 / 16;
const MIN_WAIT_MS = 1000;
/** Beside the wait: how long what is behind may take with a batch that was passed on. */
const DELIVERY_MS = 10 * 60 * 1000;

export interface Limits {
  readonly waitMs: number;
  /** 0: off. */
  readonly rootWaitMs: number;
  readonly bufferBytes: number;
  /** Of what letting go does not give back. */
  readonly restBytes: number;
  /** Of both: what cannot be let go comes on top until decisions make room. */
  readonly overflowBytes: number;
  /** Of one trace, before its requests are let go. */
  readonly traceBytes: number;
  /** Of what is read back at a time. */
  readonly loadBytes: number;
  readonly remembered: { readonly kept: number; readonly leftOut: number };
  readonly keepDecisionsMs: number;
}

export function limitsOf(config: TailSamplingConfig): Limits {
  // 0 where the process has no limit of its own.
  const constrained = process.constrainedMemory();
  const memory = Math.min(totalmem(), constrained > 0 ? constrained : Infinity);
  const bufferBytes =
    config.buffer_size ?? Math.min(memory * MEMORY_SHARE, MAX_DEFAULT_BUFFER_BYTES);
  const { sampled_cache_size, non_sampled_cache_size } = config.decision_cache;
  const waitMs = Math.max(MIN_WAIT_MS, config.decision_wait);
  return {
    waitMs,
    rootWaitMs: config.decision_wait_after_root_received,
    bufferBytes,
    restBytes: bufferBytes / 2,
    overflowBytes: bufferBytes * 1.5,
    traceBytes: config.maximum_trace_size_bytes || bufferBytes / 8,
    loadBytes: bufferBytes / 8,
    remembered: {
      kept: sampled_cache_size || config.num_traces,
      leftOut: non_sampled_cache_size || config.num_traces,
    },
    keepDecisionsMs: waitMs * 2 + DELIVERY_MS,
  };
}
