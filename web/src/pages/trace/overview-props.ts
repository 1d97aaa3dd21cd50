// What ribbon and minimap share: one trace on one time scale.

import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';

export interface OverviewProps {
  readonly trace: TraceAnswer;
  readonly zoom: readonly [number, number];
  readonly hits: readonly number[];
  /** The part pointed at; the others are dimmed. */
  readonly part: number;
  readonly onZoom: (zoom: readonly [number, number]) => void;
  readonly onPiece: (span: number) => void;
}
