// What became of items since the program started, for the Pipelines page and /metrics.

import type { Signal } from '../../base/signal.ts';
import type { SignalFacts } from './block-folder.ts';

export interface StoredCounts {
  stored: number;
  /** Came more than a minute after they happened; stored all the same. */
  late: number;
  /** Event time more than a day away from arrival; stored and marked. */
  timeOff: number;
  /** Attributes beyond the limit an item, not stored. */
  attributesCut: number;
  /** Not valid OTLP: a damaged log. Not stored. */
  damaged: number;
  /** In blocks that the engine refused: set aside in `blocks/refused`. */
  refused: number;
}

const noCounts = (): StoredCounts => ({
  stored: 0,
  late: 0,
  timeOff: 0,
  attributesCut: 0,
  damaged: 0,
  refused: 0,
});

export class WriterCounts {
  readonly bySignal: Readonly<Record<Signal, StoredCounts>> = {
    traces: noCounts(),
    metrics: noCounts(),
    logs: noCounts(),
  };

  addStored(signals: readonly SignalFacts[]): void {
    for (const facts of signals) {
      const counts = this.bySignal[facts.signal];
      counts.stored += facts.items - facts.damaged;
      counts.late += facts.late;
      counts.timeOff += facts.timeOff;
      counts.attributesCut += facts.attributesCut;
      counts.damaged += facts.damaged;
    }
  }

  addRefused(signals: readonly SignalFacts[]): void {
    for (const { signal, items } of signals) this.bySignal[signal].refused += items;
  }
}
