// A batch on its way to several backends: which of its items are delivered, over all attempts. What one backend took is
// not sent again because another one was down.

import type { Signal } from '../../../base/signal.ts';
import { pickItems } from '../../../otlp/ranges/select.ts';
import type { Batch, PipelineBatch } from '../../../pipeline/batch.ts';
import type { SendOutcome } from '../../../pipeline/send-outcome.ts';

/** What an endpoint is to get of a batch. */
export interface Share {
  /** Number of the endpoint; -1: there is none. */
  readonly owner: number;
  /** Item numbers; undefined: all of them. */
  readonly items: Int32Array | undefined;
}

export class Progress {
  readonly #done: Uint8Array;
  #rejected = 0;
  #rejectReason = '';
  #refused: string | undefined;

  constructor(items: number) {
    this.#done = new Uint8Array(items);
  }

  /** Items that are not delivered yet, by endpoint. */
  shares(owners: Int32Array): Share[] {
    const items = new Map<number, number[]>();
    owners.forEach((owner, item) => {
      if (this.#done[item] === 1) return;
      const list = items.get(owner);
      if (list === undefined) items.set(owner, [item]);
      else list.push(item);
    });
    return [...items].map(([owner, list]) => ({
      owner,
      items: list.length === owners.length ? undefined : Int32Array.from(list),
    }));
  }

  settle({ items }: Share, outcome: SendOutcome): void {
    if (outcome.kind === 'retry') return;
    if (items === undefined) this.#done.fill(1);
    else for (const item of items) this.#done[item] = 1;
    if (outcome.kind === 'permanent') this.#refused ??= outcome.reason;
    if (outcome.kind === 'ok' && outcome.rejected !== undefined) {
      this.#rejected += outcome.rejected.items;
      this.#rejectReason = outcome.rejected.reason;
    }
  }

  /** Of the whole batch: not over while some share may be tried again; refused where one was, so that it is kept. */
  outcome(outcomes: readonly SendOutcome[]): SendOutcome {
    const again = outcomes.filter((one) => one.kind === 'retry');
    const [first] = again;
    if (first !== undefined) {
      const delays = again.flatMap(({ afterMs }) => (afterMs === undefined ? [] : [afterMs]));
      const afterMs = delays.length === 0 ? undefined : Math.max(...delays);
      const more = again.length > 1 ? ` (and ${again.length - 1} more)` : '';
      return { kind: 'retry', reason: `${first.reason}${more}`, afterMs };
    }
    if (this.#refused !== undefined) return { kind: 'permanent', reason: this.#refused };
    if (this.#rejected === 0 && this.#rejectReason === '') return { kind: 'ok' };
    return { kind: 'ok', rejected: { items: this.#rejected, reason: this.#rejectReason } };
  }
}

/** The bytes of a share, in pieces; those of the batch itself where it is all of it. */
export function partsOf(batch: Batch, { items }: Share): readonly Uint8Array[] {
  if (items === undefined) return batch.parts;
  const pick = <S extends Signal>(one: PipelineBatch<S>): Uint8Array => pickItems(one, items).bytes;
  return [pick<Signal>(batch)];
}
