// Mistakes by sender: how often, since when, what to do. Bounded; when full, the one that has been quiet longest goes.

import { MISTAKES, type MistakeCode, type Mistake } from './mistakes.ts';

export interface SenderFinding extends Mistake {
  readonly code: MistakeCode;
  readonly peer: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** What was seen the last time: a path, a header, the reason in the answer. */
  readonly detail: string;
}

const MAX_FINDINGS = 500;
const MAX_DETAIL_LENGTH = 300;

export class Findings {
  readonly #byKey = new Map<string, SenderFinding>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(peer: string, code: MistakeCode, detail = ''): void {
    const key = `${code}\n${peer}`;
    const before = this.#byKey.get(key);
    const nowMs = this.#now();
    this.#byKey.delete(key); // to the end: the map is in order of the last time
    if (this.#byKey.size >= MAX_FINDINGS) {
      const [quietest] = this.#byKey.keys();
      if (quietest !== undefined) this.#byKey.delete(quietest);
    }
    this.#byKey.set(key, {
      ...MISTAKES[code],
      code,
      peer,
      count: (before?.count ?? 0) + 1,
      firstMs: before?.firstMs ?? nowMs,
      lastMs: nowMs,
      detail: detail.slice(0, MAX_DETAIL_LENGTH),
    });
  }

  /** Latest first. */
  list(): SenderFinding[] {
    return [...this.#byKey.values()].toReversed();
  }
}
