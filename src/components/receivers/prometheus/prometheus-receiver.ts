// The prometheus receiver: jobs find targets, each target has a loop, what it shows goes into the log.

import type { Cancel } from '../../../pipeline/clock.ts';
import type { Receiver, ReceiverSettings, SenderFinding } from '../../../pipeline/component.ts';
import type { PrometheusReceiverConfig } from './config.ts';
import { FileDiscovery } from './file-discovery.ts';
import { type Job, jobOf } from './job.ts';
import { Scraper } from './scrape.ts';
import { type LoopOptions, TargetLoop } from './target-loop.ts';
import { type Target, type TargetGroup, targetsOf } from './targets.ts';
import type { Request } from './to-otlp.ts';

/** Files with targets are looked at so often; upstream is told of changes by the system. */
const FILES_MS = 5000;
const START_METRIC = /^process_start_time_seconds$/;

type LoopSettings = Omit<LoopOptions, 'scraper'>;

interface Failing {
  readonly target: Target;
  readonly fault: string;
  readonly firstMs: number;
  lastMs: number;
  count: number;
}

export class PrometheusReceiver implements Receiver {
  readonly #config: PrometheusReceiverConfig;
  readonly #settings: ReceiverSettings;
  readonly #jobs: JobRun[];
  readonly #failing = new Map<string, Failing>();
  #cancel: Cancel | undefined;
  #refreshing: Promise<void> | undefined;

  constructor(config: PrometheusReceiverConfig, settings: ReceiverSettings) {
    this.#config = config;
    this.#settings = settings;
    this.#jobs = config.config.scrape_configs.map((one) => {
      const job = jobOf(one, config);
      const warn = (message: string): void =>
        settings.logger.warn(message, { receiver: settings.id, job: one.job_name });
      return new JobRun(job, new Scraper(job, warn), warn, (target) => this.#loopOf(job, target));
    });
  }

  async start(): Promise<void> {
    for (const job of this.#jobs) await job.start();
    await this.#refresh();
    if (this.#jobs.some(({ hasFiles }) => hasFiles)) {
      this.#cancel = this.#settings.clock.every(FILES_MS, () => void this.#refresh());
    }
  }

  /** Series do not end: the targets go on, and so may the next start. */
  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#refreshing;
    await Promise.all(this.#jobs.map((job) => job.stop()));
  }

  senders(): { readonly rows: readonly never[]; readonly findings: readonly SenderFinding[] } {
    const findings = [...this.#failing.values()].map((one): SenderFinding => ({
      code: 'PROMETHEUS_SCRAPE',
      severity: 'error',
      peer: one.target.url.host,
      text: `${one.target.url.href} could not be scraped: ${one.fault}`,
      fix: 'Look whether the target runs and shows metrics at this URL; correct targets, metrics_path or scheme.',
      detail: `job ${one.target.labels.get('job') ?? ''}`,
      count: one.count,
      firstMs: one.firstMs,
      lastMs: one.lastMs,
    }));
    return { rows: [], findings };
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= Promise.all(this.#jobs.map((job) => job.refresh()))
      .then(() => undefined)
      .finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  #loopOf(job: Job, target: Target): LoopSettings {
    const { use_start_time_metric, start_time_metric_regex, trim_metric_suffixes } = this.#config;
    return {
      job,
      target,
      clock: this.#settings.clock,
      trimsSuffixes: trim_metric_suffixes,
      startMetric: use_start_time_metric ? (start_time_metric_regex ?? START_METRIC) : undefined,
      deliver: (request, of, packedBytes) => this.#deliver(request, of, packedBytes),
      report: (of, fault) => this.#report(of, fault),
    };
  }

  async #deliver({ bytes, items }: Request, target: Target, packedBytes: number): Promise<void> {
    const { door, logger, id } = this.#settings;
    try {
      const peer = target.url.hostname;
      await door.accept({ signal: 'metrics', bytes, items, peer, transport: 'http', packedBytes });
    } catch (error) {
      logger.error('a scrape was not taken into the log', { receiver: id, error: String(error) });
    }
  }

  #report(target: Target, fault: string | undefined): void {
    const { clock, telemetry, logger, id } = this.#settings;
    const now = clock.now();
    const known = this.#failing.get(target.key);
    if (fault === undefined) {
      this.#failing.delete(target.key);
      if (known !== undefined && this.#failing.size === 0) telemetry.well();
      return;
    }
    telemetry.error(
      `${target.url.href} could not be scraped: ${fault}`,
      'Look whether the target runs and shows metrics at this URL.',
    );
    if (known?.fault === fault) {
      known.lastMs = now;
      known.count += 1;
      return;
    }
    logger.warn('scrape failed', { receiver: id, target: target.url.href, reason: fault });
    this.#failing.set(target.key, { target, fault, firstMs: now, lastMs: now, count: 1 });
  }
}

/** One job: its targets as they are now, each with its loop. */
class JobRun {
  readonly job: Job;
  readonly hasFiles: boolean;
  readonly #scraper: Scraper;
  readonly #warn: (message: string) => void;
  readonly #loopOf: (target: Target) => LoopSettings;
  readonly #files: FileDiscovery;
  readonly #loops = new Map<string, TargetLoop>();
  #faults = '';
  #stopped = false;

  constructor(
    job: Job,
    scraper: Scraper,
    warn: (message: string) => void,
    loopOf: (target: Target) => LoopSettings,
  ) {
    this.job = job;
    this.#scraper = scraper;
    this.#warn = warn;
    this.#loopOf = loopOf;
    const patterns = job.config.file_sd_configs.flatMap(({ files }) => files);
    this.hasFiles = patterns.length > 0;
    this.#files = new FileDiscovery(patterns, warn);
  }

  start(): Promise<void> {
    return this.#scraper.start();
  }

  async refresh(): Promise<void> {
    const groups: readonly TargetGroup[] = [
      ...this.job.config.static_configs,
      ...(await this.#files.groups()),
    ];
    const { targets, faults } = targetsOf(this.job, groups);
    if (faults.join() !== this.#faults) for (const fault of faults) this.#warn(fault);
    this.#faults = faults.join();
    const wanted = new Set(targets.map(({ key }) => key));
    for (const [key, loop] of this.#loops) {
      if (wanted.has(key)) continue;
      this.#loops.delete(key);
      await loop.stop(true);
    }
    for (const target of targets) {
      if (this.#loops.has(target.key) || this.#stopped) continue;
      const loop = new TargetLoop({ ...this.#loopOf(target), scraper: this.#scraper });
      this.#loops.set(target.key, loop);
      loop.start();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop(false)));
    this.#loops.clear();
    this.#scraper.stop();
  }
}
