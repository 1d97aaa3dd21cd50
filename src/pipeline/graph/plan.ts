// A configuration, decoded and checked, as the engine wants it; and what follows from it: which instances there are, what
// is behind what.

import type { Signal } from '../../base/signal.ts';
import type {
  ConnectorDefinition,
  ExporterDefinition,
  ExtensionDefinition,
  ProcessorDefinition,
  ReceiverDefinition,
} from '../component.ts';

export interface Planned<D> {
  readonly id: string;
  readonly definition: D;
  /** Decoded by the definition's schema. */
  readonly config: unknown;
  /** Equal for equal configurations. */
  readonly fingerprint: string;
}

export interface PlannedPipeline {
  /** `traces` or `traces/name`. */
  readonly id: string;
  readonly signal: Signal;
  /** Receivers and connectors. */
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  /** Exporters and connectors. */
  readonly exporters: readonly string[];
}

export interface GraphPlan {
  readonly receivers: ReadonlyMap<string, Planned<ReceiverDefinition>>;
  readonly processors: ReadonlyMap<string, Planned<ProcessorDefinition>>;
  readonly connectors: ReadonlyMap<string, Planned<ConnectorDefinition>>;
  readonly exporters: ReadonlyMap<string, Planned<ExporterDefinition>>;
  readonly extensions: ReadonlyMap<string, Planned<ExtensionDefinition>>;
  /** Those of `service::extensions`, in order. */
  readonly started: readonly string[];
  readonly pipelines: readonly PlannedPipeline[];
}

export const EMPTY_PLAN: GraphPlan = {
  receivers: new Map(),
  processors: new Map(),
  connectors: new Map(),
  exporters: new Map(),
  extensions: new Map(),
  started: [],
  pipelines: [],
};

export interface ExporterKey {
  readonly id: string;
  readonly signal: Signal;
}

export const keyText = ({ id, signal }: ExporterKey): string => `${id}|${signal}`;

export interface ConnectorKey {
  readonly id: string;
  readonly from: Signal;
  readonly to: Signal;
}

export const connectorText = ({ id, from, to }: ConnectorKey): string => `${id}|${from}|${to}`;

export class Graph {
  readonly plan: GraphPlan;
  /** Those whose data comes first, first. */
  readonly pipelines: readonly PlannedPipeline[];

  constructor(plan: GraphPlan) {
    this.plan = plan;
    this.pipelines = this.#inOrder();
  }

  isConnector(id: string): boolean {
    return this.plan.connectors.has(id);
  }

  /** Receivers that are no connectors. */
  receiversOf(pipeline: PlannedPipeline): string[] {
    return pipeline.receivers.filter((id) => !this.isConnector(id));
  }

  /** Exporter instances that this pipeline feeds itself. */
  exportersOf({ exporters, signal }: PlannedPipeline): ExporterKey[] {
    return exporters.filter((id) => !this.isConnector(id)).map((id) => ({ id, signal }));
  }

  /** Connector instances that this pipeline feeds. */
  connectorsOf({ exporters, signal: from }: PlannedPipeline): ConnectorKey[] {
    return exporters
      .filter((id) => this.isConnector(id))
      .flatMap((id) => this.#signalsBehind(id, from).map((to) => ({ id, from, to })));
  }

  /** Pipelines that a connector instance feeds. */
  behind({ id, to }: ConnectorKey): PlannedPipeline[] {
    return this.plan.pipelines.filter(
      ({ receivers, signal }) => signal === to && receivers.includes(id),
    );
  }

  /** The pipeline and all that its data reaches through connectors. */
  reachable(pipeline: PlannedPipeline): PlannedPipeline[] {
    const found = new Set([pipeline]);
    for (const one of found) {
      for (const key of this.connectorsOf(one)) {
        for (const next of this.behind(key)) found.add(next);
      }
    }
    return [...found];
  }

  /** Exporter instances whose delivery moves this pipeline's position. */
  exportersBehind(pipeline: PlannedPipeline): ExporterKey[] {
    const all = this.reachable(pipeline).flatMap((one) => this.exportersOf(one));
    return [...new Map(all.map((key) => [keyText(key), key])).values()];
  }

  /** Every exporter instance. */
  exporters(): ExporterKey[] {
    const all = this.plan.pipelines.flatMap((one) => this.exportersOf(one));
    return [...new Map(all.map((key) => [keyText(key), key])).values()];
  }

  /** Nothing else hangs on the pipelines that feed it: they may wait for it. */
  isAlone(key: ExporterKey): boolean {
    const text = keyText(key);
    return this.plan.pipelines
      .map((pipeline) => this.exportersBehind(pipeline).map(keyText))
      .every((behind) => !behind.includes(text) || behind.length === 1);
  }

  /** Signals that some pipeline wants of a receiver. */
  signalsOf(receiver: string): Signal[] {
    const wanting = this.plan.pipelines.filter(({ receivers }) => receivers.includes(receiver));
    return [...new Set(wanting.map(({ signal }) => signal))];
  }

  /** Receivers that some pipeline names. */
  receivers(): string[] {
    return [...new Set(this.plan.pipelines.flatMap((pipeline) => this.receiversOf(pipeline)))];
  }

  /** Pipelines that are joined by connectors, together: they start and stop as one. */
  groups(): PlannedPipeline[][] {
    const groups: PlannedPipeline[][] = [];
    for (const pipeline of this.pipelines) {
      const reached = new Set(this.reachable(pipeline));
      const joined = groups.filter((group) => group.some((one) => reached.has(one)));
      for (const group of joined) {
        groups.splice(groups.indexOf(group), 1);
        for (const one of group) reached.add(one);
      }
      groups.push(this.pipelines.filter((one) => reached.has(one)));
    }
    return groups;
  }

  #signalsBehind(id: string, from: Signal): Signal[] {
    const definition = this.plan.connectors.get(id)?.definition;
    const to = this.plan.pipelines
      .filter(({ receivers }) => receivers.includes(id))
      .map(({ signal }) => signal);
    return [...new Set(to)].filter(
      (signal) =>
        definition?.joins.some((join) => join.from === from && join.to === signal) ?? false,
    );
  }

  /** Cycles were refused before. */
  #inOrder(): PlannedPipeline[] {
    const ordered: PlannedPipeline[] = [];
    const visit = (pipeline: PlannedPipeline): void => {
      if (ordered.includes(pipeline)) return;
      for (const key of this.connectorsOf(pipeline)) this.behind(key).forEach(visit);
      ordered.unshift(pipeline);
    };
    this.plan.pipelines.toReversed().forEach(visit);
    return ordered;
  }
}
