// Pipelines that connectors join, as they run: built, started and stopped together.

import type { Logger } from '../../telemetry/logger.ts';
import type { Position } from '../../log/contract.ts';
import type { Batch } from '../batch.ts';
import type { Connector } from '../component.ts';
import type { Consumer } from '../consumer.ts';
import { fanOut } from '../flow/fan-out.ts';
import { inlet, outlet } from '../flow/node.ts';
import {
  type ConnectorKey,
  connectorText,
  type ExporterKey,
  type Graph,
  type PlannedPipeline,
} from '../graph/plan.ts';
import { type Journal } from '../journal-contract.ts';
import type { SettingsBook } from './component-settings.ts';
import { type Fail, PipelineRun, type ProcessorMaker } from './pipeline-run.ts';

export interface GroupOptions {
  readonly book: SettingsBook;
  readonly logger: Logger;
  readonly exporter: (key: ExporterKey) => Consumer;
  readonly journal: (pipeline: string, processor: string) => Promise<Journal>;
  readonly readBack: (
    pipeline: string,
    positions: readonly Position[],
  ) => Promise<Array<Uint8Array | undefined>>;
  /** `name`: `pipeline ID` or `connector ID`. */
  readonly bury: (name: string, batch: Batch, reason: string) => Promise<boolean>;
}

interface RunningConnector {
  readonly key: ConnectorKey;
  readonly connector: Connector;
  readonly inlet: Consumer;
  readonly uses: ReadonlySet<string>;
}

export class GroupRun {
  readonly graph: Graph;
  /** Those whose data comes first, first. */
  readonly pipelines: readonly PlannedPipeline[];
  readonly #options: GroupOptions;
  readonly #runs = new Map<string, PipelineRun>();
  readonly #connectors = new Map<string, RunningConnector>();
  #started: Array<{ stop?(): void | Promise<void> }> = [];

  constructor(graph: Graph, pipelines: readonly PlannedPipeline[], options: GroupOptions) {
    this.graph = graph;
    this.pipelines = pipelines;
    this.#options = options;
    // Last to first: what is behind is there when it is wanted.
    for (const pipeline of pipelines.toReversed()) this.#build(pipeline);
  }

  run(pipeline: string): PipelineRun {
    const run = this.#runs.get(pipeline);
    if (run === undefined) throw new Error(`pipeline ${pipeline} is not in this group`);
    return run;
  }

  get connectors(): Iterable<{ readonly key: ConnectorKey; readonly connector: Connector }> {
    return this.#connectors.values();
  }

  /** Extensions that something in it uses. */
  get uses(): ReadonlySet<string> {
    const runs = [...this.#runs.values()].flatMap(({ processors }) => processors);
    return new Set([...runs, ...this.#connectors.values()].flatMap(({ uses }) => [...uses]));
  }

  async start(): Promise<void> {
    for (const { connector } of this.#connectors.values()) {
      this.#started.push(connector);
      await connector.start?.();
    }
    for (const pipeline of this.pipelines.toReversed()) {
      const run = this.run(pipeline.id);
      this.#started.push(run);
      await run.start();
    }
  }

  /** Comes to rest, from this pipeline on; all where none is given. */
  async flush(from?: PlannedPipeline): Promise<void> {
    const reached = new Set(from === undefined ? this.pipelines : this.graph.reachable(from));
    for (const pipeline of this.pipelines) {
      if (!reached.has(pipeline)) continue;
      await this.run(pipeline.id).flush();
      for (const key of this.graph.connectorsOf(pipeline)) {
        await this.#connectors.get(connectorText(key))?.connector.flush?.();
      }
    }
  }

  async stop(): Promise<void> {
    await this.flush();
    for (const one of this.#started.splice(0).toReversed()) await one.stop?.();
  }

  #build(pipeline: PlannedPipeline): void {
    const { graph } = this;
    const { logger, exporter, bury } = this.#options;
    const next = fanOut([
      ...graph.exportersOf(pipeline).map(exporter),
      ...graph.connectorsOf(pipeline).map((key) => this.#connector(key).inlet),
    ]);
    const run = new PipelineRun({
      id: pipeline.id,
      signal: pipeline.signal,
      makers: pipeline.processors.map((_id, at) => this.#maker(pipeline, at)),
      next,
      logger,
      bury: (batch, reason) => bury(`pipeline ${pipeline.id}`, batch, reason),
    });
    this.#runs.set(pipeline.id, run);
  }

  #maker(pipeline: PlannedPipeline, at: number): ProcessorMaker {
    const { plan } = this.graph;
    const { book } = this.#options;
    const id = pipeline.processors[at] ?? '';
    const planned = plan.processors.get(id);
    if (planned === undefined) throw new Error(`processor ${id} is not configured`);
    const { definition, config, fingerprint } = planned;
    const key = { kind: 'processor', id, signal: pipeline.signal, pipeline: pipeline.id } as const;
    const make = (next: Consumer, fail: Fail) => {
      const { settings, uses } = book.give({ ...key, fingerprint });
      const journals: Array<Promise<Journal>> = [];
      const processor = definition.create(
        config,
        {
          ...settings,
          signal: pipeline.signal,
          pipeline: pipeline.id,
          atTheDoor: at === 0 && this.graph.receiversOf(pipeline).length > 0,
          journal: () => {
            const journal = this.#options.journal(pipeline.id, id);
            journals.push(journal);
            return journal;
          },
          readBack: this.#mayReadBack(pipeline, at)
            ? (positions) => this.#options.readBack(pipeline.id, positions)
            : undefined,
          fail,
        },
        next,
      );
      const close = async (): Promise<void> => {
        for (const journal of journals) await (await journal).close();
      };
      return { id, processor, telemetry: settings.telemetry, uses, close };
    };
    return { telemetry: book.telemetry(key), make };
  }

  /** What comes in there is what the log has. */
  #mayReadBack(pipeline: PlannedPipeline, at: number): boolean {
    const { plan } = this.graph;
    const before = pipeline.processors.slice(0, at);
    const unchanged = before.every(
      (id) => plan.processors.get(id)?.definition.mutatesData === false,
    );
    return unchanged && this.graph.receiversOf(pipeline).length === pipeline.receivers.length;
  }

  #connector(key: ConnectorKey): RunningConnector {
    const name = connectorText(key);
    const found = this.#connectors.get(name);
    if (found !== undefined) return found;
    const { book, logger, bury } = this.#options;
    const planned = this.graph.plan.connectors.get(key.id);
    if (planned === undefined) throw new Error(`connector ${key.id} is not configured`);
    const { definition, config, fingerprint } = planned;
    const { settings, uses } = book.give({
      kind: 'connector',
      id: key.id,
      signal: key.from,
      pipeline: `${key.from}→${key.to}`,
      fingerprint,
    });
    const { telemetry } = settings;
    const pipelines = new Map(
      this.graph.behind(key).map(({ id }) => [id, outlet(telemetry, this.run(id))]),
    );
    const next = outlet(telemetry, fanOut(this.graph.behind(key).map(({ id }) => this.run(id))));
    const { from, to } = key;
    const connector = definition.create(config, { ...settings, from, to, pipelines }, next);
    const fail: Fail = (batch, reason) => {
      void bury(`connector ${key.id}`, batch, reason).then(() => {
        telemetry.failed(batch.items, reason);
        batch.release();
      });
    };
    const running = { key, connector, uses, inlet: inlet(connector, { telemetry, logger, fail }) };
    this.#connectors.set(name, running);
    return running;
  }
}
