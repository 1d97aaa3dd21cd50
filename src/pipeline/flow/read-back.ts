// Records of the log again, by their positions: for sources whose bytes were let go.

import type { LogReader, LogRecord, Position } from '../../log/contract.ts';

/** In the order asked for; undefined for a record that is gone. Runs of neighbours are read in one go. */
export async function readBack(
  reader: LogReader,
  positions: readonly Position[],
): Promise<Array<LogRecord | undefined>> {
  const found: Array<LogRecord | undefined> = [];
  let run: Run | undefined;
  try {
    for (const position of positions) {
      if (run?.next !== position) {
        await run?.close();
        run = new Run(reader, position);
      }
      const record = await run.read();
      found.push(record?.position === position ? record : undefined);
    }
  } finally {
    await run?.close();
  }
  return found;
}

class Run {
  readonly #abort = new AbortController();
  readonly #records: AsyncIterator<LogRecord>;
  next: Position | undefined;

  constructor(reader: LogReader, from: Position) {
    const { signal } = this.#abort;
    this.#records = reader.read({ signal, from })[Symbol.asyncIterator]();
  }

  /** What is asked for was read before, so that there is always a record to come, or another one behind it. */
  async read(): Promise<LogRecord | undefined> {
    const step = await this.#records.next();
    if (step.done === true) return undefined;
    this.next = step.value.next;
    return step.value;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#records.return?.();
  }
}
