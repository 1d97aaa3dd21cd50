// Records of the log again, by their positions: for sources whose bytes were let go.

import type { LogReader, LogRecord, Position } from '../../log/contract.ts';

/** Records of other signals between two that are wanted are read past: so many bytes cost less than to open a file again. */
export const MAX_PASSED_BYTES = 1024 * 1024;

/** In the order asked for; undefined for a record that is gone. What stands near each other is read in one go. */
export async function readBack(
  reader: LogReader,
  positions: readonly Position[],
): Promise<Array<LogRecord | undefined>> {
  const found: Array<LogRecord | undefined> = [];
  let run: Run | undefined;
  try {
    for (const position of positions) {
      if (run?.reaches(position) !== true) {
        await run?.close();
        run = new Run(reader, position);
      }
      found.push(await run.find(position));
    }
  } finally {
    await run?.close();
  }
  return found;
}

class Run {
  readonly #abort = new AbortController();
  readonly #records: AsyncIterator<LogRecord>;
  /** Where the next record is looked for. */
  #next: Position;
  /** Read already, and behind everything that was asked for so far. */
  #ahead: LogRecord | undefined;

  constructor(reader: LogReader, from: Position) {
    const { signal } = this.#abort;
    this.#records = reader.read({ signal, from })[Symbol.asyncIterator]();
    this.#next = from;
  }

  reaches(position: Position): boolean {
    const passed = position - this.#next;
    return passed >= 0 && passed <= MAX_PASSED_BYTES;
  }

  /** What is asked for was read before, so that there is always a record to come, or another one behind it. */
  async find(position: Position): Promise<LogRecord | undefined> {
    let record = this.#ahead;
    while (record === undefined || record.position < position) {
      const step = await this.#records.next();
      if (step.done === true) return undefined;
      record = step.value;
    }
    const isIt = record.position === position;
    this.#ahead = isIt ? undefined : record;
    this.#next = isIt ? record.next : position;
    return isIt ? record : undefined;
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#records.return?.();
  }
}
