// From the running graph of a configuration to boxes and lines: one signal at a time, columns from receivers to exporters.

import type {
  NodeQueue,
  PipelineGraph,
  PipelineNode,
  SignalName,
  StatusAnswer,
} from '../../../../src/api/contract/status.ts';
import { bytesBinary, count, joined, percentWhole } from '../../../../src/base/format/number.ts';
import { type Flow, type FlowEdge, type FlowNode, ITEMS, minutes, rateWords } from './flow.ts';
import { columnsOf } from './layers.ts';
import { SIGNALS } from './pipelines-params.ts';

/** A pipeline by itself: its boxes in the order in which the data passes. */
export interface Lane {
  readonly id: string;
  readonly stages: ReadonlyArray<readonly FlowNode[]>;
  readonly bad: boolean;
  readonly paused: string | null;
}

export interface GraphFlow {
  readonly flow: Flow;
  /** The faulty first. */
  readonly lanes: readonly Lane[];
  /** Boxes, each once. */
  readonly size: number;
}

export function graphFlowOf(
  graph: PipelineGraph,
  status: StatusAnswer,
  signal: SignalName,
): GraphFlow {
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const shown = new Map<string, FlowNode>();
  const box = (name: string): FlowNode | undefined => {
    const node = byName.get(name);
    if (node === undefined) return undefined;
    const known = shown.get(name) ?? boxOf(node, status);
    shown.set(name, known);
    return known;
  };
  const lanes = graph.pipelines
    .filter((pipeline) => pipeline.signal === signal)
    .map(({ id, paused }): Lane & { readonly edges: readonly FlowEdge[] } => {
      const edges = graph.edges
        .filter((edge) => edge.pipeline === id)
        .map(({ from, to }) => lineOf(from, to, box, byName, paused !== null));
      const stages = columnsOf(edges).map((column) => column.flatMap((name) => box(name) ?? []));
      const bad = paused !== null || stages.some((stage) => stage.some((node) => node.bad));
      return { id, stages, bad, paused, edges };
    })
    .toSorted((a, b) => Number(b.bad) - Number(a.bad));
  const edges = new Map(
    lanes.flatMap((lane) => lane.edges.map((edge) => [`${edge.from} ${edge.to}`, edge])),
  );
  const columns = columnsOf([...edges.values()]).map((column) =>
    column.flatMap((name) => box(name) ?? []),
  );
  return { flow: { columns, edges: [...edges.values()] }, lanes, size: shown.size };
}

/** What leaves a node goes to everything behind it whole. */
function lineOf(
  from: string,
  to: string,
  box: (name: string) => FlowNode | undefined,
  byName: ReadonlyMap<string, PipelineNode>,
  paused: boolean,
): FlowEdge {
  box(from);
  return {
    from,
    to,
    rate: byName.get(from)?.rate ?? null,
    bad: box(to)?.bad === true || paused,
  };
}

/** Wrong now, or something is gone: a policy that drops is neither. */
export const isBad = (node: PipelineNode): boolean =>
  node.error !== null || node.lost > 0 || fills(node);

/** Its queue has no more room, or is more than half full and grows. */
export const fills = ({ queue }: PipelineNode): boolean =>
  queue !== null && (queue.secondsUntilFull !== null || queueShare(queue) >= FULL);

/** The last batch seldom fits exactly. */
const FULL = 0.98;

function boxOf(node: PipelineNode, status: StatusAnswer): FlowNode {
  const { name, id, kind, rate, signal } = node;
  const makes = SIGNALS.find((one) => one === joins(node)?.to) ?? signal;
  const own = {
    id: name,
    name: id,
    kind: kind as string,
    main: rateWords(rate, ITEMS[makes]),
    bad: isBad(node),
  };
  switch (kind) {
    case 'receiver':
      return { ...own, more: receiverWords(node), fill: null };
    case 'processor':
      return { ...own, more: passedWords(node), fill: null };
    case 'connector':
      return { ...own, more: joinWords(node), fill: null };
    case 'exporter':
      return isStore(id) ? storeBox(own, status) : { ...own, ...queueWords(node) };
    default:
      return { ...own, more: '', fill: null };
  }
}

const isStore = (id: string): boolean => id === 'store' || id.startsWith('store/');

function receiverWords({ listens, refused }: PipelineNode): string {
  const where = listens.map((at) => at.replace(/ .*:(\d+)$/u, ' :$1')).join(', ');
  const notes = [where, ...(refused > 0 ? [`${count(refused)} refused`] : [])];
  return notes.filter((note) => note !== '').join(', ');
}

/** Share of what came in and is decided that goes on; null: nothing was left out. */
export function keptShare({ in: all, out, waiting, dropped }: PipelineNode): number | null {
  const decided = all - waiting;
  return dropped === 0 || decided <= 0 ? null : Math.min(1, out / decided);
}

function passedWords(node: PipelineNode): string {
  const kept = keptShare(node);
  return [
    ...(kept === null ? [] : [`keeps ${percentWhole(kept)}`]),
    ...(node.refused > 0 ? [`${count(node.refused)} refused`] : []),
    ...(node.failed > 0 ? [`${count(node.failed)} failed`] : []),
    ...(node.waiting > 0 ? [`${count(node.waiting)} wait`] : []),
  ].join(', ');
}

/** `connector:traces→metrics/spanmetrics` says what it makes of what. */
function joins({ name }: PipelineNode): { readonly from: string; readonly to: string } | null {
  const [, from, to] = /^connector:(\w+)→(\w+)\//u.exec(name) ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}

function joinWords(node: PipelineNode): string {
  const join = joins(node);
  return join === null || join.from === join.to ? '' : `${join.from} → ${join.to}`;
}

export function queueShare({ size, capacity, diskBytes, diskLimitBytes }: NodeQueue): number {
  const counted = capacity === null || capacity === 0 ? 0 : size / capacity;
  const disk = diskLimitBytes === 0 ? 0 : diskBytes / diskLimitBytes;
  return Math.min(1, Math.max(counted, disk));
}

function queueWords(node: PipelineNode): Pick<FlowNode, 'more' | 'fill'> {
  const { queue, waiting, failed } = node;
  const dead = failed > 0 ? `, ${count(failed)} set aside` : '';
  if (queue === null) return { more: `${count(waiting)} wait${dead}`, fill: null };
  const share = queueShare(queue);
  if (queue.secondsUntilFull !== null) {
    const left = `${percentWhole(share)}, full in ${minutes(queue.secondsUntilFull)}`;
    return { more: left, fill: share };
  }
  if (share >= 0.01) {
    const whole =
      queue.capacity === null ? joined(bytesBinary(queue.diskLimitBytes)) : count(queue.capacity);
    return { more: `queue ${percentWhole(share)} of ${whole}${dead}`, fill: share };
  }
  return {
    more: waiting === 0 ? `queue empty${dead}` : `${count(waiting)} wait${dead}`,
    fill: share,
  };
}

function storeBox(own: Omit<FlowNode, 'more' | 'fill'>, { engine, disk }: StatusAnswer): FlowNode {
  const share = disk.limitBytes === 0 ? 0 : disk.usedBytes / disk.limitBytes;
  const ready = engine.state === 'ready';
  return {
    ...own,
    more: ready ? `disk ${percentWhole(share)}` : engine.text,
    fill: Math.min(1, share),
    bad: own.bad || !ready,
  };
}
