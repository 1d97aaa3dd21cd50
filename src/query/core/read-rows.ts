// RowBinary chunks → rows typed by their specification. The order of the specification's keys is the order of the
// columns; a row never spans more than what has arrived, so memory is one chunk and its rows.

import { AppError } from '../../base/app-error.ts';
import { ByteReader, OUT_OF_BYTES } from './byte-reader.ts';
import type { RowOf, RowSpec } from './codecs.ts';

/** Yields the rows that each chunk completes. */
export async function* readRows<S extends RowSpec>(
  chunks: AsyncIterable<Uint8Array>,
  spec: S,
): AsyncGenerator<Array<RowOf<S>>> {
  const reader = new ByteReader();
  const columns = Object.entries(spec);
  for await (const chunk of chunks) {
    reader.push(chunk);
    const rows: Array<RowOf<S>> = [];
    while (reader.left > 0) {
      const start = reader.position;
      try {
        const row: Record<string, unknown> = {};
        for (const [name, codec] of columns) row[name] = codec.read(reader);
        rows.push(row as RowOf<S>); // the one place where values meet their type: both come from `spec`
      } catch (error) {
        if (error !== OUT_OF_BYTES) throw error;
        reader.position = start;
        break;
      }
    }
    if (rows.length > 0) yield rows;
  }
  if (reader.left > 0) {
    throw new AppError('RESULT_CUT', {
      message: `The engine's answer ended in the middle of a row, ${reader.left} bytes too early or too late. Try again; if it stays, report it with the query.`,
      retryable: true,
    });
  }
}
