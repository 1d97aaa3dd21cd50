// The graph's counters under the names of the Collector's own telemetry.
// https://opentelemetry.io/docs/collector/internal-telemetry/

import { ITEM_NAME, type Signal, SIGNALS } from '../../base/signal.ts';
import type { Labels, Registry, Sample } from '../../telemetry/registry.ts';
import type { Exporters } from '../engine/exporters.ts';
import type { SettingsBook } from '../engine/component-settings.ts';
import type { QueueStatus } from '../status.ts';
import {
  type ComponentKind,
  type ComponentTelemetry,
  type NodeCounts,
  type Reasons,
  sumOf,
} from './component-telemetry.ts';

const sample = (labels: Labels, value: number): Sample => ({ suffix: '', labels, value });

export function registerCollectorMetrics(
  registry: Registry,
  book: SettingsBook,
  exporters: Exporters,
): void {
  const nodes = (kind: ComponentKind, signal?: Signal): ComponentTelemetry[] =>
    [...book.nodes].filter(
      ({ key }) => key.kind === kind && (signal === undefined || key.signal === signal),
    );
  registerReceivers(registry, nodes);
  registerProcessors(registry, nodes);
  registerExporters(registry, nodes, exporters);
  registerOurs(registry, book);
}

type Nodes = (kind: ComponentKind, signal?: Signal) => ComponentTelemetry[];

function registerReceivers(registry: Registry, nodes: Nodes): void {
  for (const signal of SIGNALS) {
    const items = ITEM_NAME[signal];
    const add = (name: string, help: string, of: 'accepted' | 'refused'): void =>
      registry.observed(`${name}_${items}`, help, 'counter', () =>
        nodes('receiver', signal).flatMap(({ key, transports }) =>
          [...transports].map((row) =>
            sample({ receiver: key.id, transport: row.transport }, row[of]),
          ),
        ),
      );
    add('otelcol_receiver_accepted', `${items} taken into the log`, 'accepted');
    add('otelcol_receiver_refused', `${items} refused`, 'refused');
  }
}

function registerProcessors(registry: Registry, nodes: Nodes): void {
  const add = (name: string, help: string, of: (counts: NodeCounts) => number): void =>
    registry.observed(name, help, 'counter', () =>
      ['processor' as const, 'connector' as const].flatMap((kind) =>
        nodes(kind).map((node) => {
          const { id, signal } = node.key;
          const labels = kind === 'processor' ? { processor: id } : { connector: id };
          return sample({ ...labels, otel_signal: signal }, of(node.snapshot()));
        }),
      ),
    );
  add('otelcol_processor_incoming_items', 'items that came into a processor', (one) => one.in);
  add('otelcol_processor_outgoing_items', 'items that a processor passed on', (one) => one.out);
}

function registerExporters(registry: Registry, nodes: Nodes, exporters: Exporters): void {
  for (const signal of SIGNALS) {
    const items = ITEM_NAME[signal];
    const add = (name: string, help: string, of: (counts: NodeCounts) => number): void =>
      registry.observed(`${name}_${items}`, help, 'counter', () =>
        nodes('exporter', signal).map((node) =>
          sample({ exporter: node.key.id }, of(node.snapshot())),
        ),
      );
    add('otelcol_exporter_sent', `${items} delivered`, (one) => one.out);
    add(
      'otelcol_exporter_send_failed',
      `${items} refused for good, or given up: in the dead letters`,
      (one) => sumOf(one.failed),
    );
    add('otelcol_exporter_enqueue_failed', `${items} lost by a full queue`, (one) =>
      sumOf(one.lost),
    );
  }
  const queue = (name: string, help: string, of: (status: QueueStatus) => number): void =>
    registry.observed(name, help, 'gauge', () =>
      exporters.nodes.map((node) =>
        sample({ exporter: node.id, data_type: node.signal }, of(node.status())),
      ),
    );
  queue('otelcol_exporter_queue_size', 'what waits, in units of the sizer', (one) => one.size);
  queue(
    'otelcol_exporter_queue_capacity',
    'room of the queue, in units of the sizer; 0: as much as fits on the disk',
    (one) => one.capacity ?? 0,
  );
  queue('otelcol_exporter_in_flight_requests', 'requests under way', (one) => one.inFlight);
  queue('throughline_exporter_queue_disk_bytes', 'of the queue on disk', (one) => one.diskBytes);
  queue(
    'throughline_exporter_dead_letters',
    'requests set aside',
    (one) => one.deadLetters.requests,
  );
}

function registerOurs(registry: Registry, book: SettingsBook): void {
  const labelsOf = ({ key: { kind, id, signal, pipeline } }: ComponentTelemetry): Labels => ({
    kind,
    component: id,
    signal,
    pipeline: pipeline ?? '',
  });
  const byReason = (name: string, help: string, of: (counts: NodeCounts) => Reasons): void =>
    registry.observed(name, help, 'counter', () =>
      [...book.nodes].flatMap((node) =>
        [...of(node.snapshot())].map(([reason, items]) =>
          sample({ ...labelsOf(node), reason }, items),
        ),
      ),
    );
  byReason('throughline_component_refused_items', 'items not taken', (one) => one.refused);
  byReason('throughline_component_dropped_items', 'items left out by policy', (one) => one.dropped);
  byReason('throughline_component_lost_items', 'acknowledged items lost', (one) => one.lost);
  byReason('throughline_component_failed_items', 'items in the dead letters', (one) => one.failed);
  const plain = (name: string, help: string, of: (counts: NodeCounts) => number): void =>
    registry.observed(name, help, 'counter', () =>
      [...book.nodes].map((node) => sample(labelsOf(node), of(node.snapshot()))),
    );
  plain('throughline_component_repeated_items', 'items seen again', (one) => one.repeated);
  plain('throughline_component_late_items', 'items that came late', (one) => one.late);
}
