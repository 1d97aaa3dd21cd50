// The running graph of a configuration in the form of the native API.

import type {
  ComponentRow,
  NodeReason,
  PipelineGraph,
  PipelineNode,
  SignalName,
} from '../../api/contract/status.ts';
import { formatCount } from '../../base/format/number.ts';
import { unexplained } from '../../pipeline/engine/status-of.ts';
import type { GraphStatus, NodeStatus } from '../../pipeline/status.ts';
import { type Reasons, sumOf } from '../../pipeline/telemetry/component-telemetry.ts';
import { formatDuration } from '../../base/format/duration.ts';
import { nanosOf } from './counts.ts';
import type { ReceiverListens } from './parts.ts';

export function graphOf(
  status: GraphStatus,
  listening: readonly ReceiverListens[] = [],
): PipelineGraph {
  const { edges, pipelines, extensions, reload } = status;
  return {
    nodes: status.nodes.flatMap((node) => nodeOf(node, listening) ?? []),
    edges,
    pipelines: pipelines.map(({ id, signal, waitingBytes, oldestAgeMs, paused }) => ({
      id,
      signal,
      waitingBytes,
      oldestAgeMs,
      paused: paused ?? null,
    })),
    extensions: extensions.map(({ id }) => id),
    reload:
      reload === undefined
        ? null
        : { at: nanosOf(reload.atMs), ok: reload.ok, lines: reload.lines },
  };
}

function nodeOf(node: NodeStatus, listening: readonly ReceiverListens[]): PipelineNode | undefined {
  const { name, kind, id, signal, pipelines, counts, waiting, rate, queue } = node;
  if (kind === 'extension') return undefined; // stands in no pipeline
  const { lastError } = counts;
  return {
    name,
    kind,
    id,
    signal,
    pipelines,
    in: counts.in,
    out: counts.out,
    computes: node.computes,
    refused: sumOf(counts.refused),
    dropped: sumOf(counts.dropped),
    lost: sumOf(counts.lost),
    failed: sumOf(counts.failed),
    repeated: counts.repeated,
    late: counts.late,
    waiting,
    unexplained: unexplained(node),
    reasons: reasonsOf(node),
    listens:
      kind === 'receiver'
        ? listening
            .filter(({ receiver }) => receiver === id)
            .map((at) => `${at.name} ${at.host}:${String(at.port)}`)
        : [],
    rate,
    queue: queueOf(queue),
    error:
      lastError === undefined
        ? null
        : {
            text: lastError.text,
            fix: lastError.fix,
            at: nanosOf(lastError.atMs),
            count: lastError.count,
          },
  };
}

function queueOf(queue: NodeStatus['queue']): PipelineNode['queue'] {
  if (queue === undefined) return null;
  const { size, memoryBytes, diskBytes, diskLimitBytes, inFlight, deadLetters } = queue;
  return {
    size,
    capacity: queue.capacity ?? null,
    memoryBytes,
    diskBytes,
    diskLimitBytes,
    inFlight,
    secondsUntilFull: queue.secondsUntilFull ?? null,
    deadLetterRequests: deadLetters.requests,
    deadLetterItems: deadLetters.items,
  };
}

function reasonsOf({ counts }: NodeStatus): NodeReason[] {
  const of = (kind: NodeReason['kind'], reasons: Reasons): NodeReason[] =>
    [...reasons].map(([reason, items]) => ({ kind, reason, items }));
  return [
    ...of('lost', counts.lost),
    ...of('failed', counts.failed),
    ...of('refused', counts.refused),
    ...of('dropped', counts.dropped),
  ];
}

/** The rows of the accounting, in the order in which the data passes. */
export function graphRows(status: GraphStatus, signal: SignalName): ComponentRow[] {
  const order = ['receiver', 'processor', 'connector', 'exporter'];
  return graphOf(status)
    .nodes.filter((node) => node.signal === signal)
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
    .map((node) => ({
      id: node.kind === 'processor' ? `${node.pipelines.join(' ')}: ${node.id}` : node.id,
      kind: node.kind,
      signal,
      in: node.in,
      out: node.computes ? node.in - node.waiting : node.out,
      dropped: node.dropped + node.repeated,
      failed: node.failed + node.lost + node.refused,
      waiting: node.waiting,
      reason: [
        ...(node.computes && node.out > 0
          ? [`computed ${formatCount(node.out)} items of them`]
          : []),
        ...node.reasons.map(
          ({ kind, reason, items }) => `${formatCount(items)} ${kind}: ${reason}`,
        ),
      ].join('; '),
    }));
}

/** What the first sentence of the page has to say of the components; undefined: nothing. */
export function graphTrouble(status: GraphStatus): { lead: string; rest: string } | undefined {
  const lost = status.nodes.reduce((sum, { counts }) => sum + sumOf(counts.lost), 0);
  const unwell = status.nodes
    .filter(({ counts }) => counts.lastError !== undefined)
    .toSorted((a, b) => untilFull(a) - untilFull(b));
  const said = unwell.slice(0, 1).map(sayingOf);
  if (unwell.length > 1) {
    const more = unwell.length - 1;
    said.push(`${formatCount(more)} more ${more === 1 ? 'has' : 'have'} errors: see below.`);
  }
  if (lost > 0) {
    const lead = `${formatCount(lost)} items were lost.`;
    return { lead, rest: ['The table says where and why.', ...said].join(' ') };
  }
  return unwell.length === 0 ? undefined : { lead: 'Nothing is lost.', rest: said.join(' ') };
}

const untilFull = ({ queue }: NodeStatus): number => queue?.secondsUntilFull ?? Infinity;

function sayingOf({ id, counts: { lastError, failed }, queue }: NodeStatus): string {
  const left = queue?.secondsUntilFull;
  const text = lastError?.text ?? '';
  const aside = sumOf(failed);
  return [
    text.includes(id) ? sentence(text) : `${id}: ${sentence(text)}`,
    ...(aside === 0 ? [] : [`${formatCount(aside)} items are set aside as dead letters.`]),
    ...(left === undefined
      ? []
      : [`At this rate its queue is full in ${formatDuration(left * 1e9, ' ')}.`]),
  ].join(' ');
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
