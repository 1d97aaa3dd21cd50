// Records of the log one by one, with a limit to the waiting.

import type { LogReader, LogRecord } from '../../log/contract.ts';

export class RecordSource {
  readonly #records: AsyncIterator<LogRecord>;
  /** A read that was begun and has not been handed on. */
  #pending: Promise<IteratorResult<LogRecord>> | undefined;

  readonly #closing = new AbortController();

  /** Ends when `stop` is aborted. */
  constructor(reader: LogReader, stop: AbortSignal, from?: number) {
    const signal = AbortSignal.any([stop, this.#closing.signal]);
    const options = from === undefined ? { signal } : { signal, from };
    this.#records = reader.read(options)[Symbol.asyncIterator]();
  }

  /** The next record; `timeout` when there is none within `patienceMs`; `ended` after an abort. */
  async next(patienceMs: number | undefined): Promise<LogRecord | 'timeout' | 'ended'> {
    this.#pending ??= this.#records.next();
    const result = await withLimit(this.#pending, patienceMs);
    if (result === 'timeout') return result;
    this.#pending = undefined;
    return result.done === true ? 'ended' : result.value;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pending?.catch(() => undefined);
    await this.#records.return?.();
  }
}

async function withLimit<T>(promise: Promise<T>, ms: number | undefined): Promise<T | 'timeout'> {
  if (ms === undefined) return promise;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
