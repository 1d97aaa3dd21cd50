// Bytes on disk by table once everything is merged, asked of the engine after the server has stopped.

import { join } from 'node:path';
import { openEmbeddedEngine } from '../../src/store/embedded/embedded-engine.ts';
import { TABLES } from '../../src/store/schema/tables.ts';

export async function mergedBytes(dataDirectory: string): Promise<Map<string, number>> {
  const engine = await openEmbeddedEngine({ directory: join(dataDirectory, 'engine') });
  try {
    for (const { name } of TABLES) await engine.execute(`OPTIMIZE TABLE ${name} FINAL`);
    const chunks: Uint8Array[] = [];
    const sql = 'SELECT table, sum(bytes_on_disk) FROM system.parts WHERE active GROUP BY table';
    for await (const chunk of engine.query(sql, { format: 'JSONCompactEachRow' })) {
      chunks.push(Uint8Array.from(chunk));
    }
    const lines = Buffer.concat(chunks)
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    return new Map(
      lines.map((line) => {
        const [table, bytes] = JSON.parse(line) as [string, string];
        return [table, Number(bytes)];
      }),
    );
  } finally {
    await engine.close();
  }
}
