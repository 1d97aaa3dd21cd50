// What a stopped server has stored: its data directory opened with an engine of our own, and asked in SQL.

import { join } from 'node:path';
import { openEmbeddedEngine } from '../../src/store/embedded/embedded-engine.ts';

export interface Stored {
  /** Rows of a SELECT; 64-bit integers are strings. */
  rows(sql: string): Promise<unknown[][]>;
  /** The only row of a SELECT of numbers. */
  numbers(sql: string): Promise<number[]>;
  /** A statement without rows. */
  execute(sql: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStored(data: string): Promise<Stored> {
  const engine = await openEmbeddedEngine({ directory: join(data, 'engine'), sync: false });
  const rows = async (sql: string): Promise<unknown[][]> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of engine.query(sql, { format: 'JSONCompactEachRow' }))
      chunks.push(chunk.slice());
    const lines = Buffer.concat(chunks).toString().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown[]);
  };
  return {
    rows,
    numbers: async (sql) => {
      const [row = []] = await rows(sql);
      return row.map(Number);
    },
    execute: (sql) => engine.execute(sql),
    close: () => engine.close(),
  };
}
