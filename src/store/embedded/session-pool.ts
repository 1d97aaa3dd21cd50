// Sessions of the engine, each for one statement at a time; further statements wait in order of arrival.

import type { RunningQuery } from './running-query.ts';

export class SessionPool<S> {
  readonly #free: S[];
  readonly #waiting: Array<(session: S) => void> = [];

  constructor(sessions: readonly S[]) {
    this.#free = [...sessions];
  }

  /** Runs `work` with a session of its own. Stops waiting when the query is stopped. */
  async use<T>(query: RunningQuery | undefined, work: (session: S) => Promise<T>): Promise<T> {
    const session = this.#free.pop() ?? (await this.#wait(query));
    try {
      return await work(session);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(session);
      else next(session);
    }
  }

  async #wait(query: RunningQuery | undefined): Promise<S> {
    const { promise, resolve, reject } = Promise.withResolvers<S>();
    this.#waiting.push(resolve);
    const forget = query?.onStop(() => {
      const at = this.#waiting.indexOf(resolve);
      if (at === -1) return;
      this.#waiting.splice(at, 1);
      reject(query.stopError());
    });
    try {
      return await promise;
    } finally {
      forget?.();
    }
  }
}
