// The engine: brings what runs into line with a plan, at the start, at a reload, and back again when a reload fails.
//
// Up: extensions, exporters, pipelines, readers, receivers. Down: the other way round. Through a reload everything that is
// equal in both plans goes on; receivers answer from the log all the while.

import { join } from 'node:path';
import { AppError } from '../../base/app-error.ts';
import type { Signal } from '../../base/signal.ts';
import type { Position, SegmentLog } from '../../log/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Registry } from '../../telemetry/registry.ts';
import { type Clock, pause } from '../clock.ts';
import type { Delay, Host, ListensAt, Receiver, StoreSink } from '../component.ts';
import { DeadLetters } from '../delivery/dead-letters.ts';
import type { ExporterNode } from '../delivery/exporter-node.ts';
import { PipelineReader, type ReaderAccount } from '../flow/pipeline-reader.ts';
import { EMPTY_PLAN, Graph, type GraphPlan, type PlannedPipeline } from '../graph/plan.ts';
import { openJournal } from '../journal.ts';
import { IN_PROCESSING } from '../source.ts';
import type { GraphStatus, ReloadStatus } from '../status.ts';
import { registerCollectorMetrics } from '../telemetry/collector-metrics.ts';
import { MetricFamilies } from '../telemetry/metric-families.ts';
import { SettingsBook } from './component-settings.ts';
import { Exporters } from './exporters.ts';
import { Extensions } from './extensions.ts';
import { GroupRun } from './group-run.ts';
import { Rates } from './rates.ts';
import { Receivers } from './receivers.ts';
import { statusOf } from './status-of.ts';

/** From here on what a pipeline waits for in the log moves to the queue of its exporter. */
const LOG_SHARE = 0.25;
/** How long an exporter that a reload removes may still deliver. */
const REMOVAL_MS = 5_000;
const LOOK_MS = 20;
const QUEUE_LIMIT_BYTES = 1024 * 1024 * 1024;

export interface EngineOptions {
  readonly log: SegmentLog;
  /** `DIR/queues` and `DIR/checkpoints`. */
  readonly queues: string;
  readonly checkpoints: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly fsync: 'interval' | 'always' | 'off';
  /** What the queue of one exporter may take on disk; its dead letters as much again. Default 1 GiB. */
  readonly queueLimitBytes?: number | undefined;
  readonly windowBytes?: number | undefined;
  /** What the `store` exporter hands its batches to. */
  readonly store?: StoreSink | undefined;
  /** How far the store is by its own account, which is exact: by name of the position. */
  readonly resumeAt?: ((name: string) => Position | undefined) | undefined;
  /** What `Host.reload` does: reads the configuration again and calls `reload`. */
  readonly onReload?: () => Promise<void>;
}

interface RunningGroup {
  readonly run: GroupRun;
  readonly fingerprint: string;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #book: SettingsBook;
  readonly #extensions: Extensions;
  readonly #exporters: Exporters;
  readonly #receivers: Receivers;
  readonly #rates: Rates;
  readonly #readers = new Map<string, PipelineReader>();
  readonly #deadLetters = new Map<string, DeadLetters>();
  readonly #startedAtMs: number;
  #groups: RunningGroup[] = [];
  #graph = new Graph(EMPTY_PLAN);
  #begin: 'oldest' | 'head' = 'head';
  #ready = false;
  #reload: ReloadStatus | undefined;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.#options = options;
    const { clock, logger, log, registry } = options;
    const extension = (id: string) => this.#extensions.get(id);
    const metrics = new MetricFamilies(registry);
    this.#book = new SettingsBook({ clock, logger, metrics, extension });
    this.#startedAtMs = clock.now();
    this.#extensions = new Extensions(() => this.#book, this.host);
    this.#exporters = new Exporters({
      ...options,
      book: this.#book,
      extension,
      store: options.store,
      diskLimitBytes: options.queueLimitBytes ?? QUEUE_LIMIT_BYTES,
      logNeedsRoom: () => {
        const { bytes, limitBytes } = log.status();
        return bytes > limitBytes * LOG_SHARE;
      },
    });
    const refusal = (id: string, signal: Signal): Delay | undefined => this.#refusal(id, signal);
    this.#receivers = new Receivers({ log, clock, book: this.#book, refusal });
    this.#rates = new Rates(clock, () => this.#book.nodes);
    registerCollectorMetrics(registry, this.#book, this.#exporters);
  }

  get host(): Host {
    return {
      status: () => this.status(),
      ready: () => this.#ready,
      reload: () => this.#options.onReload?.() ?? Promise.resolve(),
    };
  }

  /** Throws AppError when a component cannot start; nothing runs then. */
  async start(plan: GraphPlan): Promise<void> {
    const { log } = this.#options;
    await this.#forgetOthers(new Graph(plan));
    this.#begin = log.readerNames().some(isOurs) ? 'head' : 'oldest';
    try {
      for (const { id, signal } of plan.pipelines) {
        await this.#buryOf(`pipeline ${id}`, signal).start();
      }
      await this.#apply(new Graph(plan));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    this.#begin = 'head';
    this.#ready = true;
    await this.#extensions.ready();
  }

  /** Goes over to another plan. When it cannot run, the present one runs again, and the error says why. */
  reload(plan: GraphPlan): Promise<readonly string[]> {
    const work = this.#changing.then(() => this.#goOver(new Graph(plan)));
    this.#changing = work.then(
      () => undefined,
      () => undefined,
    );
    return work;
  }

  /** A configuration that was not even tried: shown, and the present one goes on. */
  reloadRefused(lines: readonly string[]): void {
    this.#reload = { atMs: this.#options.clock.now(), ok: false, lines };
  }

  status(): GraphStatus {
    return statusOf({
      graph: this.#graph,
      book: this.#book,
      exporters: this.#exporters,
      groups: this.#groups.map(({ run }) => run),
      readers: this.#readers,
      rates: this.#rates,
      log: this.#options.log.status(),
      nowMs: this.#options.clock.now(),
      startedAtMs: this.#startedAtMs,
      extensions: this.#extensions.status(),
      reload: this.#reload,
    });
  }

  /** Where receivers listen, with the real ports. */
  listening(): ReadonlyArray<ListensAt & { readonly receiver: string }> {
    return this.#graph.receivers().flatMap((receiver) => {
      const found = this.#receivers.get(receiver)?.listening?.() ?? [];
      return found.map((one) => ({ receiver, ...one }));
    });
  }

  /** By receiver: who sends, and what is wrong with it. */
  senders(): ReadonlyMap<string, ReturnType<NonNullable<Receiver['senders']>>> {
    const found = new Map<string, ReturnType<NonNullable<Receiver['senders']>>>();
    for (const id of this.#graph.receivers()) {
      const senders = this.#receivers.get(id)?.senders?.();
      if (senders !== undefined) found.set(id, senders);
    }
    return found;
  }

  /** By exporter id, or `pipeline NAME`, or `connector NAME`. */
  deadLetters(): ReadonlyMap<string, readonly DeadLetters[]> {
    const found = new Map<string, DeadLetters[]>();
    const add = (id: string, letters: DeadLetters): void => {
      found.set(id, [...(found.get(id) ?? []), letters]);
    };
    for (const node of this.#exporters.nodes) add(node.id, node.deadLetters);
    for (const [id, letters] of this.#deadLetters) add(id, letters);
    return found;
  }

  /** @returns how many requests were put back into the queue. */
  async resend(id: string): Promise<number> {
    let count = 0;
    for (const node of this.#exporters.nodes) {
      if (node.id === id) count += await node.resend();
    }
    for (const { run } of this.#groups) {
      for (const pipeline of run.pipelines) {
        if (`pipeline ${pipeline.id}` !== id) continue;
        count += (await this.#deadLetters.get(id)?.resend(run.run(pipeline.id))) ?? 0;
      }
    }
    return count;
  }

  /** Takes no more, delivers until the deadline, keeps the rest for the next start. */
  async stop(deadlineMs: number): Promise<void> {
    await this.#changing;
    const { clock } = this.#options;
    const untilMs = clock.monotonic() + deadlineMs;
    this.#ready = false;
    await this.#extensions.notReady();
    await this.#receivers.stop();
    await this.#readToTheEnd(untilMs);
    await this.#stopGroups(this.#groups);
    this.#groups = [];
    await this.#exporters.stop(Math.max(0, untilMs - clock.monotonic()));
    for (const reader of this.#readers.values()) await reader.commit();
    for (const letters of this.#deadLetters.values()) await letters.close();
    this.#rates.stop();
    await this.#extensions.stop();
  }

  async #goOver(graph: Graph): Promise<readonly string[]> {
    const before = this.#graph;
    const atMs = this.#options.clock.now();
    try {
      const lines = await this.#apply(graph);
      this.#reload = { atMs, ok: true, lines };
      return lines;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#reload = { atMs, ok: false, lines: [why] };
      await this.#apply(before);
      throw new AppError('RELOAD_FAILED', {
        message: `The new configuration does not run, the one before runs on: ${why}`,
        cause: error,
      });
    }
  }

  async #apply(graph: Graph): Promise<string[]> {
    const changedExtensions = await this.#extensions.apply(graph);
    this.#book.forgetSharedUsing(changedExtensions);
    const lines = [...changedExtensions].map((id) => `extension ${id} restarted`);
    const wanted = graph.groups().map((pipelines) => ({
      pipelines,
      fingerprint: groupFingerprint(graph, pipelines),
    }));
    const kept = this.#groups.filter(
      ({ run, fingerprint }) =>
        wanted.some((one) => one.fingerprint === fingerprint) &&
        ![...run.uses].some((id) => changedExtensions.has(id)),
    );
    const gone = this.#groups.filter((group) => !kept.includes(group));
    await this.#stopGroups(gone);
    this.#groups = kept;
    lines.push(...(await this.#exporters.apply(graph, changedExtensions)));
    for (const { pipelines, fingerprint } of wanted) {
      if (kept.some((group) => group.fingerprint === fingerprint)) continue;
      await this.#startGroup(graph, pipelines, fingerprint);
      lines.push(...pipelines.map(({ id }) => `pipeline ${id} started`));
    }
    await this.#options.log.storePositions();
    this.#graph = graph;
    lines.push(...(await this.#receivers.apply(graph, changedExtensions)));
    lines.push(...(await this.#exporters.removeOthers(graph, REMOVAL_MS)));
    await this.#dropReaders(graph);
    return lines;
  }

  async #startGroup(graph: Graph, pipelines: readonly PlannedPipeline[], fingerprint: string) {
    const run = new GroupRun(graph, pipelines, {
      book: this.#book,
      logger: this.#options.logger,
      exporter: (key) => this.#exporters.node(key),
      journal: (pipeline, processor) => {
        const names = [pipeline, processor].map(encodeURIComponent);
        return openJournal(join(this.#options.checkpoints, ...names), this.#options.clock);
      },
      readBack: async (pipeline, positions) =>
        (await this.#readers.get(pipeline)?.readBack(positions)) ?? positions.map(() => undefined),
      bury: (name, batch, reason) => this.#buryOf(name, batch.signal).add(batch, reason),
    });
    const group = { run, fingerprint };
    this.#groups.push(group);
    await run.start();
    for (const pipeline of pipelines) {
      const receivers = graph.receiversOf(pipeline);
      if (receivers.length === 0) continue;
      const reader = await this.#reader(graph, pipeline);
      reader.start(
        {
          consume: (batch) => run.run(pipeline.id).consume(batch),
          flush: () => run.flush(pipeline),
        },
        new Set(receivers),
      );
    }
  }

  async #reader(graph: Graph, pipeline: PlannedPipeline): Promise<PipelineReader> {
    const accounts = this.#accountsOf(graph, pipeline);
    const running = this.#readers.get(pipeline.id);
    if (running !== undefined) {
      await running.setAccounts(accounts);
      return running;
    }
    const { log, clock, logger, resumeAt } = this.#options;
    const { id, signal } = pipeline;
    const begin = this.#begin;
    const reader = new PipelineReader(accounts, {
      log,
      pipeline: id,
      signal,
      clock,
      logger,
      begin,
      resumeAt,
    });
    this.#readers.set(id, reader);
    return reader;
  }

  #accountsOf(graph: Graph, pipeline: PlannedPipeline): ReaderAccount[] {
    const keys = graph.exportersBehind(pipeline);
    if (keys.length === 0) return [{ account: IN_PROCESSING, name: pipeline.id }];
    return keys.map((key) => ({
      account: this.#exporters.account(key),
      name:
        key.signal === pipeline.signal
          ? `${pipeline.id}>${key.id}`
          : `${pipeline.id}>${key.id}>${key.signal}`,
    }));
  }

  /** Readers pause first, then everything comes to rest in the order of the data. */
  async #stopGroups(groups: readonly RunningGroup[]): Promise<void> {
    for (const { run } of groups) {
      const exporters = this.#exportersBehind(run);
      const timer = setInterval(() => exporters.forEach((node) => node.letIn()), LOOK_MS);
      try {
        for (const { id } of run.pipelines) await this.#readers.get(id)?.pause();
        await run.stop();
      } finally {
        clearInterval(timer);
      }
    }
  }

  #exportersBehind(run: GroupRun): ExporterNode[] {
    const keys = run.pipelines.flatMap((pipeline) => run.graph.exportersOf(pipeline));
    return keys.map((key) => this.#exporters.node(key));
  }

  /** Until the pipelines have read what the log has, or wait for something, or time is up. */
  async #readToTheEnd(untilMs: number): Promise<void> {
    const { clock, log } = this.#options;
    const isBehind = (reader: PipelineReader): boolean =>
      log.bytesFrom(reader.end) > 0 && reader.waitingSinceMs === undefined;
    const readers = this.#groups.flatMap(({ run }) =>
      run.pipelines.flatMap(({ id }) => this.#readers.get(id) ?? []),
    );
    while (clock.monotonic() < untilMs && readers.some(isBehind)) await pause(clock, LOOK_MS);
  }

  #refusal(receiver: string, signal: Signal): Delay | undefined {
    for (const { run } of this.#groups) {
      for (const pipeline of run.pipelines) {
        if (pipeline.signal !== signal || !pipeline.receivers.includes(receiver)) continue;
        const delay = run.run(pipeline.id).admission();
        if (delay !== undefined) return delay;
        for (const key of run.graph.exportersBehind(pipeline)) {
          const { refusal } = this.#exporters.node(key);
          if (refusal !== undefined) return refusal;
        }
      }
    }
    return undefined;
  }

  #buryOf(name: string, signal: Signal): DeadLetters {
    let letters = this.#deadLetters.get(name);
    if (letters === undefined) {
      const { queues, queueLimitBytes, fsync, clock, logger } = this.#options;
      letters = new DeadLetters({
        folder: join(queues, encodeURIComponent(name), `${signal}.dead-letters`),
        limitBytes: queueLimitBytes ?? QUEUE_LIMIT_BYTES,
        fsync,
        signal,
        id: name,
        account: IN_PROCESSING,
        clock,
        logger,
      });
      this.#deadLetters.set(name, letters);
    }
    return letters;
  }

  /** Positions of pipelines and exporters that the configuration does not have any more keep the log from being freed. */
  async #forgetOthers(graph: Graph): Promise<void> {
    const { log, logger } = this.#options;
    const wanted = new Set(
      graph.plan.pipelines
        .filter((pipeline) => graph.receiversOf(pipeline).length > 0)
        .flatMap((pipeline) => this.#accountsOf(graph, pipeline).map(({ name }) => name)),
    );
    for (const name of log.readerNames()) {
      if (!isOurs(name) || wanted.has(name)) continue;
      logger.warn('not in the configuration any more: what it had not delivered is given up', {
        name,
      });
      await log.forgetReader(name);
    }
  }

  async #dropReaders(graph: Graph): Promise<void> {
    for (const [id, reader] of this.#readers) {
      const pipeline = graph.plan.pipelines.find((one) => one.id === id);
      if (pipeline !== undefined && graph.receiversOf(pipeline).length > 0) continue;
      this.#readers.delete(id);
      await reader.commit();
      for (const name of reader.names) await this.#options.log.forgetReader(name);
    }
  }
}

/** A name that the engine gives: a pipeline, or what one exporter has of it. */
const isOurs = (name: string): boolean => /^(traces|metrics|logs)(\/|>|$)/.test(name);

function groupFingerprint(graph: Graph, pipelines: readonly PlannedPipeline[]): string {
  const { processors, connectors } = graph.plan;
  return JSON.stringify(
    pipelines.map((pipeline) => [
      pipeline,
      pipeline.processors.map((id) => processors.get(id)?.fingerprint),
      pipeline.exporters.map((id) => connectors.get(id)?.fingerprint),
    ]),
  );
}
