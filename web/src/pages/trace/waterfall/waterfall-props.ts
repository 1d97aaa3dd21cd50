// What the waterfall and its rows are given.

import type { TraceAnswer } from '../../../../../src/api/contract/traces.ts';
import type { Model } from './use-scene.ts';

export interface WaterfallProps {
  readonly trace: TraceAnswer;
  readonly model: Model;
  readonly zoom: readonly [from: number, to: number];
  readonly wide: boolean;
  readonly showPath: boolean;
  readonly selectedRow: number;
  /** Scrolls there when it changes; `open`: as the trace opens, keeping the sentence in view. */
  readonly reveal: {
    readonly row: number;
    readonly how: 'open' | 'near';
    readonly turn: number;
  } | null;
  readonly hits: ReadonlySet<number>;
  readonly part: number;
  readonly onSelect: (row: number) => void;
  readonly onToggle: (row: number) => void;
  readonly onZoom: (zoom: readonly [number, number]) => void;
}
