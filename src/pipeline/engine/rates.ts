// Items a second out of each node, over the last ten seconds, and in steps of ten seconds for the last ten minutes.

import type { Cancel, Clock } from '../clock.ts';
import type { ComponentTelemetry } from '../telemetry/component-telemetry.ts';

const RATE_SECONDS = 10;

interface Ring {
  /** Totals at the last seconds, oldest first. */
  readonly totals: number[];
}

export class Rates {
  readonly #rings = new Map<ComponentTelemetry, Ring>();
  readonly #cancel: Cancel;

  constructor(clock: Clock, nodes: () => Iterable<ComponentTelemetry>) {
    this.#cancel = clock.every(1000, () => {
      for (const node of nodes()) this.#sample(node);
    });
  }

  of(node: ComponentTelemetry): number {
    const totals = this.#rings.get(node)?.totals ?? [];
    const [first] = totals;
    const last = totals.at(-1);
    if (first === undefined || last === undefined || totals.length < 2) return 0;
    return (last - first) / (totals.length - 1);
  }

  stop(): void {
    this.#cancel();
  }

  #sample(node: ComponentTelemetry): void {
    let ring = this.#rings.get(node);
    if (ring === undefined) {
      ring = { totals: [] };
      this.#rings.set(node, ring);
    }
    ring.totals.push(node.snapshot().out);
    if (ring.totals.length > RATE_SECONDS + 1) ring.totals.shift();
  }
}
