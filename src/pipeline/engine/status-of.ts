// The running graph as data, from counters in memory.

import type { LogStatus } from '../../log/contract.ts';
import type { Graph, PlannedPipeline } from '../graph/plan.ts';
import type { PipelineReader } from '../flow/pipeline-reader.ts';
import type {
  EdgeStatus,
  ExtensionStatus,
  GraphStatus,
  NodeStatus,
  PipelineStatus,
  ReloadStatus,
} from '../status.ts';
import { type ComponentTelemetry, sumOf } from '../telemetry/component-telemetry.ts';
import type { SettingsBook } from './component-settings.ts';
import type { Exporters } from './exporters.ts';
import type { GroupRun } from './group-run.ts';
import type { Rates } from './rates.ts';

/** Shorter waits are the normal course of things. */
const PAUSED_AFTER_MS = 1_000;

export interface StatusParts {
  readonly graph: Graph;
  readonly book: SettingsBook;
  readonly exporters: Exporters;
  readonly groups: readonly GroupRun[];
  readonly readers: ReadonlyMap<string, PipelineReader>;
  readonly rates: Rates;
  readonly log: LogStatus;
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly extensions: readonly ExtensionStatus[];
  readonly reload: ReloadStatus | undefined;
}

export function statusOf(parts: StatusParts): GraphStatus {
  const { graph, startedAtMs, extensions, reload } = parts;
  return {
    startedAtMs,
    nodes: [...receiverNodes(parts), ...groupNodes(parts), ...exporterNodes(parts)],
    edges: graph.plan.pipelines.flatMap((pipeline) => edgesOf(graph, pipeline)),
    pipelines: graph.plan.pipelines.map((pipeline) => pipelineStatus(parts, pipeline)),
    extensions,
    reload,
  };
}

const typeOf = (id: string): string => id.split('/')[0] ?? id;

function nodeOf(
  parts: StatusParts,
  telemetry: ComponentTelemetry,
  pipelines: readonly string[],
  waiting: number,
  queue?: NodeStatus['queue'],
): NodeStatus {
  const { kind, id, signal } = telemetry.key;
  return {
    name: nodeName(telemetry),
    kind,
    id,
    type: typeOf(id),
    signal,
    pipelines,
    counts: telemetry.snapshot(),
    computes:
      kind === 'connector' && parts.graph.plan.connectors.get(id)?.definition.forwards === false,
    waiting,
    rate: parts.rates.of(telemetry),
    queue,
  };
}

const nodeName = ({ key: { kind, id, signal, pipeline } }: ComponentTelemetry): string =>
  `${kind}:${pipeline ?? signal}/${id}`;

function receiverNodes(parts: StatusParts): NodeStatus[] {
  const { graph, book } = parts;
  return graph.receivers().flatMap((id) =>
    graph.signalsOf(id).map((signal) => {
      const telemetry = book.telemetry({ kind: 'receiver', id, signal });
      const fed = graph.plan.pipelines.filter(
        (one) => one.signal === signal && one.receivers.includes(id),
      );
      return nodeOf(
        parts,
        telemetry,
        fed.map((one) => one.id),
        0,
      );
    }),
  );
}

function groupNodes(parts: StatusParts): NodeStatus[] {
  return parts.groups.flatMap((group) => [
    ...group.pipelines.flatMap(({ id }) =>
      group
        .run(id)
        .processors.map(({ telemetry, processor }) =>
          nodeOf(parts, telemetry, [id], processor.held?.() ?? 0),
        ),
    ),
    ...[...group.connectors].map(({ key, connector }) => {
      const telemetry = parts.book.telemetry({
        kind: 'connector',
        id: key.id,
        signal: key.from,
        pipeline: `${key.from}→${key.to}`,
      });
      const behind = group.graph.behind(key).map(({ id }) => id);
      return nodeOf(parts, telemetry, behind, connector.held?.() ?? 0);
    }),
  ]);
}

function exporterNodes(parts: StatusParts): NodeStatus[] {
  const { graph, exporters } = parts;
  return exporters.nodes.map((node) => {
    const fed = graph.plan.pipelines.filter(
      (one) => one.signal === node.signal && one.exporters.includes(node.id),
    );
    const names = fed.map(({ id }) => id);
    return nodeOf(parts, node.telemetry, names, node.held, node.status());
  });
}

function edgesOf(graph: Graph, pipeline: PlannedPipeline): EdgeStatus[] {
  const { id, signal, processors } = pipeline;
  const inner = processors.map((processor) => `processor:${id}/${processor}`);
  const into = pipeline.receivers.flatMap((receiver) =>
    graph.isConnector(receiver)
      ? graph.plan.pipelines
          .flatMap((one) => graph.connectorsOf(one))
          .filter((key) => key.id === receiver && key.to === signal)
          .map(({ from, to }) => `connector:${from}→${to}/${receiver}`)
      : [`receiver:${signal}/${receiver}`],
  );
  const out = [
    ...graph.exportersOf(pipeline).map((key) => `exporter:${signal}/${key.id}`),
    ...graph
      .connectorsOf(pipeline)
      .map(({ id: key, from, to }) => `connector:${from}→${to}/${key}`),
  ];
  const edge = (from: string, to: string): EdgeStatus => ({ from, to, pipeline: id });
  const first = inner[0];
  const last = inner.at(-1);
  if (first === undefined || last === undefined) {
    return [...new Set(into)].flatMap((from) => out.map((to) => edge(from, to)));
  }
  return [
    ...[...new Set(into)].map((from) => edge(from, first)),
    ...inner.slice(1).map((to, at) => edge(inner[at] ?? '', to)),
    ...out.map((to) => edge(last, to)),
  ];
}

function pipelineStatus(parts: StatusParts, pipeline: PlannedPipeline): PipelineStatus {
  const { id, signal, receivers, processors, exporters } = pipeline;
  const reader = parts.readers.get(id);
  const names = new Set(reader?.names);
  const positions = parts.log.readers.filter(({ name }) => names.has(name));
  const since = reader?.waitingSinceMs;
  const waits = since !== undefined && parts.nowMs - since > PAUSED_AFTER_MS;
  return {
    id,
    signal,
    receivers,
    processors,
    exporters,
    waitingBytes: Math.max(0, ...positions.map(({ waitingBytes }) => waitingBytes)),
    oldestAgeMs: Math.max(0, ...positions.map(({ oldestAgeMs }) => oldestAgeMs)),
    paused: waits ? 'waits for room behind it; what is received is kept in the log' : undefined,
  };
}

/**
 * Items that came into a node and are not accounted for: 0, or there is a bug. A connector that computes has done with
 * what it took.
 */
export function unexplained({ counts, waiting, computes }: NodeStatus): number {
  if (computes) return 0;
  const { refused, dropped, lost, failed, repeated } = counts;
  const gone = sumOf(refused) + sumOf(dropped) + sumOf(lost) + sumOf(failed) + repeated;
  return counts.in - counts.out - gone - waiting;
}
