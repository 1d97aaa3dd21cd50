// New spans of the store, by the number of the block that brought them: numbers grow with every insert and stay with their
// rows through merges, so that "everything after block n" is exact whatever clocks and arrival times say.

import { defined } from '../../base/assert.ts';
import { fromHex } from '../../base/hex.ts';
import { quoteFixedString, quoteInteger } from '../../sql/literal.ts';
import type { Engine } from '../../store/contract.ts';
import { readNative, type NativeBlock } from '../../sql/native-reader.ts';
import { READ_ROWS, REVISIONS_A_ROUND } from './limits.ts';

/** Blocks after `after`, up to `upTo`. */
export interface BlockRange {
  readonly after: number;
  readonly upTo: number;
}

const COLUMNS = [
  'TraceId',
  'SpanId',
  'ParentSpanId',
  'StartTime',
  'Duration',
  'Kind',
  'StatusCode',
  'AdjustedCount',
  'Name',
  'Service',
  'Endpoint',
  'Peer',
  'Outcome',
  'Slice',
  'toUnixTimestamp64Milli(ReceivedAt) AS Received',
  '_block_number AS Block',
].join(', ');

/** The second test leaves out rows, the first whole parts: a part's name ends with its blocks `…_min_max_level`. */
const inRange = ({ after, upTo }: BlockRange): string =>
  `toUInt64(splitByChar('_', _part)[3]) > ${quoteInteger(after)} AND _block_number > ${quoteInteger(after)} AND _block_number <= ${quoteInteger(upTo)}`;

/** `factor` is a power of two up to 256: only traces whose id's last byte is a multiple of it. */
export function readSpans(
  engine: Engine,
  range: BlockRange,
  factor: number,
  signal: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const sampled =
    factor > 1
      ? ` AND bitAnd(reinterpretAsUInt8(substring(TraceId, 16, 1)), ${factor - 1}) = 0`
      : '';
  const sql = `SELECT ${COLUMNS} FROM spans WHERE ${inRange(range)}${sampled} SETTINGS max_threads = 1, max_block_size = 65536`;
  return readNative(engine.query(sql, { format: 'Native', signal }));
}

/** All spans of some traces; ids are hex. */
export function readTraces(
  engine: Engine,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const sql = `SELECT ${COLUMNS} FROM spans WHERE TraceId IN (${idList(ids)})`;
  return readNative(engine.query(sql, { format: 'Native', signal }));
}

const idList = (ids: readonly string[]): string =>
  ids
    .slice(0, REVISIONS_A_ROUND)
    .map((id) => quoteFixedString(defined(fromHex(id), 'a trace id in hex')))
    .join(', ');

/** The highest block there is; 0 when the table is empty. */
export async function lastBlock(engine: Engine, signal: AbortSignal): Promise<number> {
  const sql =
    "SELECT toUInt64(max(max_block_number)) AS Last FROM system.parts WHERE database = currentDatabase() AND table = 'spans' AND active";
  let last = 0;
  for await (const block of readNative(engine.query(sql, { format: 'Native', signal })))
    last = numberAt(block, 'Last', 0);
  return last;
}

/** Ids of traces with spans in the range that are closed already. */
export function readClosedIds(
  engine: Engine,
  range: BlockRange,
  signal: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const sql = `SELECT DISTINCT TraceId FROM traces WHERE TraceId IN (SELECT TraceId FROM spans WHERE ${inRange(range)})`;
  return readNative(engine.query(sql, { format: 'Native', signal }));
}

/** Ids of the traces that started last, as long before the last of all as `nanos`; none from the future. */
export function readRecentIds(
  engine: Engine,
  nanos: bigint,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const last =
    'SELECT max(StartTime) FROM traces WHERE StartTime <= toUInt64(toUnixTimestamp64Nano(now64(9)))';
  const sql = `SELECT DISTINCT TraceId FROM traces WHERE StartTime + ${quoteInteger(nanos)} >= (${last}) LIMIT ${quoteInteger(limit)}`;
  return readNative(engine.query(sql, { format: 'Native', signal }));
}

/** What is known of traces that were closed before: id, slice, revision and weight. */
export function readRevisions(
  engine: Engine,
  ids: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<NativeBlock> {
  const sql = `SELECT TraceId, argMax(Slice, Revision) AS LastSlice, toUInt32(max(Revision)) AS LastRevision, argMax(AdjustedCount, Revision) AS Weight FROM traces WHERE TraceId IN (${idList(ids)}) GROUP BY TraceId`;
  return readNative(engine.query(sql, { format: 'Native', signal }));
}

/** A 64-bit integer of a block, as far as doubles are exact. */
function numberAt(block: NativeBlock, name: string, row: number): number {
  const column = block.columns.get(name);
  if (column?.kind === 'u32') return column.values[row] ?? 0;
  if (column?.kind !== 'words') return 0;
  return (column.values[row * 2 + 1] ?? 0) * 2 ** 32 + (column.values[row * 2] ?? 0);
}

/** How many block numbers to read at once, so that a read has about READ_ROWS rows. */
export class ReadStep {
  #blocks = 4;

  get blocks(): number {
    return this.#blocks;
  }

  learn(rows: number): void {
    if (rows < READ_ROWS / 2) this.#blocks = Math.min(this.#blocks * 2, 1 << 20);
    else if (rows > READ_ROWS * 2) this.#blocks = Math.max(1, Math.floor(this.#blocks / 2));
  }
}
