// Boxes in columns from left to right: few lines cross, a box stands at the height of what it is joined to, and a line that
// passes a column goes between its boxes.

import type { Flow, FlowEdge, FlowNode } from './flow.ts';
import {
  BOX,
  type FlowLayout,
  MARGIN,
  type PlacedEdge,
  type PlacedNode,
  SLIM_WIDTH,
} from './placed.ts';

const WIDTH = 1154;
const LEAST_HEIGHT = 140;
const EDGE_MARGIN = 10;
/** Between what stands above each other in a column. */
const GAP = 20;
/** Room for the bends between two columns; what is more makes the drawing wider. */
const LEAST_APART = 40;
/** With more columns than this the boxes are slim. */
const WIDE_COLUMNS = 5;
const PASS_HEIGHT = 8;
const SWEEPS = 6;
/** A rate has room beside a bend that is at least so wide. */
const LABEL_APART = 96;
const STRAIGHT_LABEL_APART = 54;

/** A box, or the place where a line passes a column. */
interface Slot {
  readonly node: FlowNode | null;
  readonly column: number;
  readonly height: number;
  readonly before: Slot[];
  readonly after: Slot[];
  order: number;
  /** Of its middle. */
  y: number;
}

export function across({ columns, edges }: Flow): FlowLayout {
  const slots: Slot[][] = columns.map((column, at) =>
    column.map((node, order) => slotOf(node, at, order)),
  );
  const chains = edges.flatMap((edge) => chainOf(edge, slots));
  untangle(slots);
  const height = settle(slots);
  const boxWidth = slots.length > WIDE_COLUMNS ? SLIM_WIDTH : BOX.width;
  const width = Math.max(
    WIDTH,
    2 * MARGIN + slots.length * boxWidth + (slots.length - 1) * LEAST_APART,
  );
  const step = (width - 2 * MARGIN - boxWidth) / Math.max(1, slots.length - 1);
  const left = ({ column }: Slot): number => Math.round(MARGIN + column * step);
  const nodes = slots.flat().flatMap((slot): PlacedNode[] => {
    const { node, y } = slot;
    if (node === null) return [];
    return [{ node, x: left(slot), y: Math.round(y - BOX.height / 2), width: boxWidth }];
  });
  const edge = (chain: Chain): PlacedEdge => placed(chain, left, boxWidth, step - boxWidth);
  return { width, height, nodes, edges: chains.map(edge) };
}

const slotOf = (node: FlowNode | null, column: number, order: number): Slot => ({
  node,
  column,
  height: node === null ? PASS_HEIGHT : BOX.height,
  before: [],
  after: [],
  order,
  y: 0,
});

interface Chain {
  readonly edge: FlowEdge;
  readonly slots: readonly Slot[];
}

/** Joins the two ends over the columns between; lines to the same box share their way. */
function chainOf(edge: FlowEdge, slots: Slot[][]): Chain[] {
  const all = slots.flat();
  const from = all.find(({ node }) => node?.id === edge.from);
  const to = all.find(({ node }) => node?.id === edge.to);
  if (from === undefined || to === undefined || to.column <= from.column) return [];
  const way = [to];
  for (let column = to.column - 1; column > from.column; column -= 1) {
    const next = way[0] ?? to;
    let pass = next.before.find(({ node, column: at }) => node === null && at === column);
    if (pass === undefined) {
      pass = slotOf(null, column, slots[column]?.length ?? 0);
      slots[column]?.push(pass);
      join(pass, next);
    }
    way.unshift(pass);
  }
  join(from, way[0] ?? to);
  return [{ edge, slots: [from, ...way] }];
}

function join(from: Slot, to: Slot): void {
  if (from.after.includes(to)) return;
  from.after.push(to);
  to.before.push(from);
}

/** Each column in the order of the middle of what it is joined to, there and back. */
function untangle(slots: readonly Slot[][]): void {
  const sort = (column: Slot[], side: 'before' | 'after'): void => {
    const middle = new Map(
      column.map((slot) => [slot, mean(slot[side].map(({ order }) => order)) ?? slot.order]),
    );
    column.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0) || a.order - b.order);
    for (const [order, slot] of column.entries()) slot.order = order;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of slots.slice(1)) sort(column, 'before');
    for (const column of slots.slice(0, -1).toReversed()) sort(column, 'after');
  }
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Gives every slot its height on the page; answers that of the page. */
function settle(slots: readonly Slot[][]): number {
  for (const column of slots) spread(column, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of slots.slice(1)) pull(column, 'before');
    for (const column of slots.slice(0, -1).toReversed()) pull(column, 'after');
  }
  const all = slots.flat();
  const top = Math.min(...all.map(({ y, height }) => y - height / 2));
  const bottom = Math.max(...all.map(({ y, height }) => y + height / 2));
  const height = Math.max(LEAST_HEIGHT, Math.ceil(bottom - top) + 2 * EDGE_MARGIN);
  const shift = (height - (bottom - top)) / 2 - top;
  for (const slot of all) slot.y += shift;
  return height;
}

const pull = (column: readonly Slot[], side: 'before' | 'after'): void =>
  spread(column, (slot) => mean(slot[side].map(({ y }) => y)) ?? slot.y);

/**
 * As near as can be to where each wants to be, in this order and without lying over each other: pool adjacent violators
 * over the wishes less what stands above.
 */
function spread(column: readonly Slot[], wish: (slot: Slot) => number): void {
  const offsets: number[] = [];
  let offset = 0;
  for (const [at, slot] of column.entries()) {
    const above = column[at - 1];
    if (above !== undefined) offset += (above.height + slot.height) / 2 + GAP;
    offsets.push(offset);
  }
  const pools: Array<{ sum: number; size: number }> = [];
  for (const [at, slot] of column.entries()) {
    let pool = { sum: wish(slot) - (offsets[at] ?? 0), size: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.size < pool.sum / pool.size) break;
      pool = { sum: last.sum + pool.sum, size: last.size + pool.size };
      pools.pop();
    }
    pools.push(pool);
  }
  const tops = pools.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  for (const [at, slot] of column.entries()) slot.y = (tops[at] ?? 0) + (offsets[at] ?? 0);
}

function placed(
  { edge, slots }: Chain,
  left: (slot: Slot) => number,
  boxWidth: number,
  apart: number,
): PlacedEdge {
  const [first, ...rest] = slots;
  const last = slots.at(-1);
  if (first === undefined || last === undefined) throw new Error('a line has two ends');
  let x = left(first) + boxWidth;
  let y = Math.round(first.y);
  let path = `M${String(x)} ${String(y)}`;
  for (const slot of rest) {
    const start = slot === last ? left(slot) - 3 : left(slot);
    const nextY = Math.round(slot.y);
    const middle = (x + start) / 2;
    path += `C${String(middle)} ${String(y)} ${String(middle)} ${String(nextY)} ${String(start)} ${String(nextY)}`;
    if (slot !== last) path += `H${String(start + boxWidth)}`;
    x = slot === last ? start : start + boxWidth;
    y = nextY;
  }
  const before = slots.at(-2) ?? first;
  const straight = Math.abs(before.y - last.y) < 4;
  const alone = last.before.length === 1;
  return {
    edge,
    path,
    labelled: alone && apart >= (straight ? STRAIGHT_LABEL_APART : LABEL_APART),
    labelX: straight ? left(last) - apart / 2 : left(last) - 34,
    // Beside the bend, not on it.
    labelY: !straight && before.y < last.y ? y + 18 : y - 10,
  };
}
