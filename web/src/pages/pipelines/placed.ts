// What a drawing of boxes and lines consists of.

import type { FlowEdge, FlowNode } from './flow.ts';

export const BOX = { width: 176, height: 64 } as const;
/** Of boxes in a drawing of many columns: without the kind, which the column tells. */
export const SLIM_WIDTH = 146;
export const MARGIN = 20;

export interface PlacedNode {
  readonly node: FlowNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface PlacedEdge {
  readonly edge: FlowEdge;
  readonly path: string;
  /** Whether there is room for the rate beside the line. */
  readonly labelled: boolean;
  /** Middle of the rate's text. */
  readonly labelX: number;
  readonly labelY: number;
}

export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}
