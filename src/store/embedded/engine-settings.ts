// Limits of the engine: the server configuration that it is opened with, and the settings of each session.
// Reference: https://clickhouse.com/docs/operations/server-configuration-parameters/settings

import { totalmem } from 'node:os';

const MIB = 1 << 20;

/** A quarter of the machine, between what merges of wide rows need and what a developer's machine can spare. */
export const defaultMemoryLimitBytes = (): number =>
  Math.min(4096 * MIB, Math.max(768 * MIB, Math.floor(totalmem() / 4)));

/** SELECTs that run at once; more wait. Each holds one session and may use all cores. */
export const DEFAULT_READERS = 6;

/** One query may take this share of the engine's memory, so that inserts and merges go on beside it. */
const QUERY_MEMORY_SHARE = 0.6;

const SERVER_SETTINGS: Readonly<Record<string, number>> = {
  mark_cache_size: 64 * MIB,
  index_mark_cache_size: 16 * MIB,
  primary_index_cache_size: 64 * MIB,
  uncompressed_cache_size: 0,
  index_uncompressed_cache_size: 0,
  query_condition_cache_size: 16 * MIB,
  mmap_cache_size: 0,
  background_pool_size: 2,
  background_merges_mutations_concurrency_ratio: 2,
  background_move_pool_size: 1,
  background_fetches_pool_size: 1,
  background_common_pool_size: 2,
  background_buffer_flush_schedule_pool_size: 1,
  background_schedule_pool_size: 4,
  background_message_broker_schedule_pool_size: 1,
  background_distributed_schedule_pool_size: 1,
  max_thread_pool_size: 200,
  max_thread_pool_free_size: 8,
};

/** Two merge threads: a merge is started when one of them is free, and large ones too. */
const MERGE_TREE_SETTINGS: Readonly<Record<string, number>> = {
  number_of_free_entries_in_pool_to_lower_max_size_of_merge: 1,
  number_of_free_entries_in_pool_to_execute_mutation: 1,
  number_of_free_entries_in_pool_to_execute_optimize_entire_partition: 1,
  // Merged parts stay on disk for this long; the default of 8 minutes doubles the disk in use.
  old_parts_lifetime: 30,
};

/**
 * The log's position moves when a block is inserted: without these a power cut could take what the log no longer has.
 * Merges too, since their sources go after `old_parts_lifetime`. No more work, up to 20 ms more time an insert.
 */
const SYNC_SETTINGS: Readonly<Record<string, number>> = {
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  min_compressed_bytes_to_fsync_after_merge: 1,
};

export interface EngineLimits {
  readonly memoryLimitBytes: number;
  /** False with `--fsync off`. */
  readonly sync: boolean;
  /** Parts are merged up to this size: a merge has its result beside its sources for a while. Default: the engine's. */
  readonly mergeMaxBytes?: number | undefined;
}

export function engineConfig({ memoryLimitBytes, sync, mergeMaxBytes }: EngineLimits): string {
  const mergeTree = {
    ...MERGE_TREE_SETTINGS,
    ...(sync ? SYNC_SETTINGS : {}),
    ...(mergeMaxBytes === undefined
      ? {}
      : { max_bytes_to_merge_at_max_space_in_pool: mergeMaxBytes }),
  };
  const element = ([name, value]: [string, number]): string => `<${name}>${value}</${name}>`;
  return [
    '<clickhouse>',
    // With a console the engine writes every step to stderr, whatever the level: a tenth of its work. What keeps it from
    // opening its files is on stderr in any case.
    '<logger><level>error</level><console>0</console></logger>',
    element(['max_server_memory_usage', memoryLimitBytes]),
    ...Object.entries(SERVER_SETTINGS).map(element),
    `<merge_tree>${Object.entries(mergeTree).map(element).join('')}</merge_tree>`,
    '</clickhouse>',
    '',
  ].join('\n');
}

/** For every session. In JSON formats 64-bit integers come as strings: as numbers JavaScript would round them. */
export const sessionSettings = (memoryLimitBytes: number): Readonly<Record<string, number>> => ({
  max_memory_usage: Math.floor(memoryLimitBytes * QUERY_MEMORY_SHARE),
  max_query_size: 16 * MIB,
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 1,
  log_queries: 0,
  async_insert: 0,
});
