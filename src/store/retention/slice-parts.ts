// What the engine holds of each slice. A partition's id is the start of its slice in seconds.

import type { Signal } from '../../base/signal.ts';
import { quoteIdentifier, quoteString } from '../../sql/literal.ts';
import type { Engine } from '../contract.ts';
import { TABLES } from '../schema/tables.ts';

export interface SliceTable {
  readonly start: number;
  readonly table: string;
  readonly rows: number;
  /** Of parts that are in use. */
  readonly bytes: number;
  /** Of parts that were merged or dropped and not yet removed. */
  readonly leavingBytes: number;
}

/** Long queries of users may hold all sessions; then the next look is soon enough. */
const TIMEOUT_MS = 10_000;

const SLICED = TABLES.filter(({ partition }) => partition === 'slice').map(({ name }) => name);

/** Tables that hold what was sent, by signal. */
export const SIGNAL_TABLES: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['spans'],
  metrics: [
    'metric_samples',
    'metric_histograms',
    'metric_exponential_histograms',
    'metric_summaries',
  ],
  logs: ['logs'],
};

/** Oldest slice first. */
export async function readSliceTables(engine: Engine): Promise<SliceTable[]> {
  const names = SLICED.map(quoteString).join(', ');
  const sql = `SELECT toUInt32(partition_id), table, sumIf(rows, active), sumIf(bytes_on_disk, active), sumIf(bytes_on_disk, NOT active)
    FROM system.parts WHERE database = currentDatabase() AND table IN (${names})
    GROUP BY partition_id, table ORDER BY 1, 2`;
  const parts: Uint8Array[] = [];
  for await (const chunk of engine.query(sql, {
    format: 'JSONCompactEachRow',
    timeoutMs: TIMEOUT_MS,
  })) {
    parts.push(Uint8Array.from(chunk));
  }
  const lines = Buffer.concat(parts).toString().split('\n');
  return lines.filter((line) => line !== '').map(parseRow);
}

export async function dropSlice(engine: Engine, table: string, start: number): Promise<void> {
  await engine.execute(
    `ALTER TABLE ${quoteIdentifier(table)} DROP PARTITION ID ${quoteString(String(start))}`,
  );
}

function parseRow(line: string): SliceTable {
  const row: unknown = JSON.parse(line);
  const [start, table, rows, bytes, leavingBytes]: unknown[] = Array.isArray(row) ? row : [];
  return {
    start: Number(start),
    table: String(table),
    rows: Number(rows),
    bytes: Number(bytes),
    leavingBytes: Number(leavingBytes),
  };
}
