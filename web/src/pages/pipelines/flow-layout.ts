// Where boxes and lines stand: columns from left to right where there is room, one below the other on a narrow page.

import { across } from './across.ts';
import type { Flow, FlowEdge } from './flow.ts';
import { BOX, type FlowLayout, MARGIN, type PlacedEdge, type PlacedNode } from './placed.ts';

const NARROW_WIDTH = 376;
const NARROW_ROW = 100;

export const layoutOf = (flow: Flow, wide: boolean): FlowLayout =>
  wide ? across(flow) : down(flow);

function down({ columns, edges }: Flow): FlowLayout {
  const width = NARROW_WIDTH - 2 * MARGIN;
  const nodes: PlacedNode[] = [];
  let y = 8;
  for (const column of columns) {
    const each = (width - (column.length - 1) * 8) / column.length;
    // Senders share a row where they fit, else they stand below each other.
    const beside = each >= 160;
    for (const [at, node] of column.entries()) {
      nodes.push({
        node,
        x: beside ? Math.round(MARGIN + at * (each + 8)) : MARGIN,
        y,
        width: beside ? Math.round(each) : width,
      });
      if (!beside) y += BOX.height + 8;
    }
    y += beside ? NARROW_ROW : NARROW_ROW - BOX.height - 8;
  }
  return {
    width: NARROW_WIDTH,
    height: y - (NARROW_ROW - BOX.height) + 8,
    nodes,
    edges: joinedBy(edges, nodes),
  };
}

function joinedBy(edges: readonly FlowEdge[], nodes: readonly PlacedNode[]): PlacedEdge[] {
  const of = new Map(nodes.map((placed) => [placed.node.id, placed]));
  return edges.flatMap((edge) => {
    const from = of.get(edge.from);
    const to = of.get(edge.to);
    return from === undefined || to === undefined ? [] : [{ edge, ...drop(from, to) }];
  });
}

function drop(from: PlacedNode, to: PlacedNode): Omit<PlacedEdge, 'edge'> {
  const x1 = from.x + from.width / 2;
  const y1 = from.y + BOX.height;
  const x2 = to.x + to.width / 2;
  const y2 = to.y - 3;
  const middle = (y1 + y2) / 2;
  return {
    path: `M${String(x1)} ${String(y1)}C${String(x1)} ${String(middle)} ${String(x2)} ${String(middle)} ${String(x2)} ${String(y2)}`,
    labelled: Math.abs(x1 - x2) < 4,
    labelX: (x1 + x2) / 2 + 44,
    labelY: middle + 4,
  };
}

/** Width of a line by the logarithm of its rate; 3,482/s is 3.7 px. */
export const edgeWidth = (perSecond: number | null): number =>
  perSecond === null || perSecond <= 0 ? 1 : 1 + 0.76 * Math.log10(1 + perSecond);
