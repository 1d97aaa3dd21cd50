// Where boxes and lines stand: columns from left to right where there is room, one below the other on a narrow page.

import type { Flow, FlowEdge, FlowNode } from './flow.ts';

export const BOX = { width: 176, height: 64 } as const;
const WIDTH = 1154;
const MARGIN = 20;
const ROW = 84;
const NARROW_WIDTH = 376;
const NARROW_ROW = 100;

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

export const layoutOf = (flow: Flow, wide: boolean): FlowLayout =>
  wide ? across(flow) : down(flow);

function across({ columns, edges }: Flow): FlowLayout {
  const most = Math.max(...columns.map((column) => column.length));
  const height = Math.max(140, most * ROW + 20);
  const apart = (WIDTH - 2 * MARGIN - BOX.width) / Math.max(1, columns.length - 1);
  const nodes = columns.flatMap((column, at) => {
    const top = (height - column.length * ROW + (ROW - BOX.height)) / 2;
    return column.map((node, row) => ({
      node,
      x: Math.round(MARGIN + at * apart),
      y: Math.round(top + row * ROW),
      width: BOX.width,
    }));
  });
  return { width: WIDTH, height, nodes, edges: joinedBy(edges, nodes, bend) };
}

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
    edges: joinedBy(edges, nodes, drop),
  };
}

type Join = (from: PlacedNode, to: PlacedNode) => Omit<PlacedEdge, 'edge'>;

function joinedBy(
  edges: readonly FlowEdge[],
  nodes: readonly PlacedNode[],
  join: Join,
): PlacedEdge[] {
  const of = new Map(nodes.map((placed) => [placed.node.id, placed]));
  return edges.flatMap((edge) => {
    const from = of.get(edge.from);
    const to = of.get(edge.to);
    return from === undefined || to === undefined ? [] : [{ edge, ...join(from, to) }];
  });
}

const bend: Join = (from, to) => {
  const x1 = from.x + from.width;
  const y1 = from.y + BOX.height / 2;
  const x2 = to.x - 3;
  const y2 = to.y + BOX.height / 2;
  const middle = (x1 + x2) / 2;
  return {
    path: `M${String(x1)} ${String(y1)}C${String(middle)} ${String(y1)} ${String(middle)} ${String(y2)} ${String(x2)} ${String(y2)}`,
    labelled: Math.abs(y1 - y2) < 4,
    labelX: middle,
    labelY: y1 - 10,
  };
};

const drop: Join = (from, to) => {
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
};

/** Width of a line by the logarithm of its rate; 3,482/s is 3.7 px. */
export const edgeWidth = (perSecond: number | null): number =>
  perSecond === null || perSecond <= 0 ? 1 : 1 + 0.76 * Math.log10(1 + perSecond);
