// One target, scraped again and again: what it shows, what it does not show any more, and how the scrape itself went.

import type { Cancel, Clock } from '../../../pipeline/clock.ts';
import type { ShownFamily } from './exposition.ts';
import type { Job } from './job.ts';
import { type Point, pointsOf } from './points.ts';
import { labelSamples } from './samples.ts';
import type { Scraped, Scraper } from './scrape.ts';
import type { Target } from './targets.ts';
import { type Request, toOtlp } from './to-otlp.ts';

/** First scrapes are spread over this time, so that many targets are not called at one moment. */
const SPREAD_MS = 10_000;
const MS_PER_SECOND = 1000;

export interface LoopOptions {
  readonly job: Job;
  readonly target: Target;
  readonly scraper: Pick<Scraper, 'scrape'>;
  readonly clock: Clock;
  readonly trimsSuffixes: boolean;
  /** Name of the metric that says since when counters count. */
  readonly startMetric: RegExp | undefined;
  /** Into the log. Resolves to false where it was not taken: the next scrape has what counts in it again. */
  readonly deliver: (request: Request, target: Target, packedBytes: number) => Promise<void>;
  readonly report: (target: Target, fault: string | undefined) => void;
}

export class TargetLoop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #points: ReadonlyMap<string, Point> = new Map();
  #cancels: Cancel[] = [];
  #running: Promise<void> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, target } = this.#options;
    const offsetMs = hashOf(target.key) % Math.min(target.intervalMs, SPREAD_MS);
    const scrape = (): void => {
      // A scrape that takes longer than the interval is given up at its timeout, which is not longer.
      this.#running ??= this.#scrape().finally(() => (this.#running = undefined));
    };
    this.#cancels.push(
      clock.after(offsetMs, () => {
        this.#cancels.push(clock.every(target.intervalMs, scrape));
        scrape();
      }),
    );
  }

  /** @param isGone the target is no target any more: its series end. */
  async stop(isGone: boolean): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#stopping.abort();
    await this.#running;
    if (isGone) await this.#end();
  }

  async #scrape(): Promise<void> {
    const { clock, scraper, target, job } = this.#options;
    const timeMs = clock.now();
    const beganMs = clock.monotonic();
    const abort = new AbortController();
    const cancel = clock.after(target.timeoutMs, () => abort.abort());
    const signal = AbortSignal.any([abort.signal, this.#stopping.signal]);
    const answer = await scraper.scrape(target, signal);
    cancel();
    if (this.#stopping.signal.aborted) return;
    const seconds = (clock.monotonic() - beganMs) / MS_PER_SECOND;
    const timedOut = abort.signal.aborted;
    const fault = answer.ok
      ? undefined
      : timedOut
        ? `no answer within ${target.timeoutMs} ms (scrape_timeout)`
        : answer.error;
    const samples = answer.ok ? labelSamples(answer.value.families, job, target.labels) : undefined;
    const failed = fault ?? (samples?.ok === false ? samples.error : undefined);
    const scraped = answer.ok ? answer.value : undefined;
    const before = this.#points;
    const points =
      samples?.ok === true
        ? pointsOf(samples.value.samples, job.keepsClassic)
        : new Map<string, Point>();
    if (!job.config.honor_timestamps) for (const point of points.values()) point.timeMs = undefined;
    const own = this.#ownPoints({
      up: failed === undefined ? 1 : 0,
      seconds,
      scraped: samples?.ok === true ? samples.value.scraped : 0,
      kept: samples?.ok === true ? samples.value.samples.length : 0,
      added: [...points.keys()].filter((key) => !before.has(key)).length,
      bodyBytes: scraped?.bodyBytes ?? 0,
    });
    const gone = [...before].filter(
      ([key, point]) => !points.has(key) && this.#endsByItself(point),
    );
    this.#points = points;
    this.#options.report(target, failed);
    await this.#deliver(
      [...points.values(), ...own],
      gone.map(([, point]) => point),
      timeMs,
      scraped,
    );
  }

  /** A series with times of the target’s own is not ended: nobody knows when. */
  #endsByItself(point: Point): boolean {
    return point.timeMs === undefined || this.#options.job.config.track_timestamps_staleness;
  }

  async #end(): Promise<void> {
    const gone = [...this.#points.values()].filter((point) => this.#endsByItself(point));
    this.#points = new Map();
    const own = this.#ownPoints({ up: 0, seconds: 0, scraped: 0, kept: 0, added: 0, bodyBytes: 0 });
    await this.#deliver([], [...gone, ...own], this.#options.clock.now(), undefined);
  }

  async #deliver(
    points: readonly Point[],
    gone: readonly Point[],
    timeMs: number,
    scraped: Scraped | undefined,
  ): Promise<void> {
    const { target, trimsSuffixes, deliver } = this.#options;
    const startMs = this.#startOf(points);
    const request = toOtlp(points, gone, { timeMs, startMs, trimsSuffixes, url: target.url });
    await deliver(request, target, scraped?.packedBytes ?? request.bytes.length);
  }

  #startOf(points: readonly Point[]): number | undefined {
    const { startMetric } = this.#options;
    if (startMetric === undefined) return undefined;
    const seconds = points.find(
      ({ name, kind }) => kind === 'gauge' && startMetric.test(name),
    )?.value;
    return seconds === undefined || !(seconds > 0) ? undefined : seconds * MS_PER_SECOND;
  }

  /** The series that Prometheus makes of each scrape. */
  #ownPoints(facts: Facts): Point[] {
    const { job, target } = this.#options;
    const more: ReadonlyArray<readonly [string, number]> = job.reportsMore
      ? [
          ['scrape_timeout_seconds', target.timeoutMs / MS_PER_SECOND],
          ['scrape_sample_limit', job.limits.samples],
          ['scrape_body_size_bytes', facts.up === 1 ? facts.bodyBytes : -1],
        ]
      : [];
    const values: ReadonlyArray<readonly [string, number]> = [
      ['up', facts.up],
      ['scrape_duration_seconds', facts.seconds],
      ['scrape_samples_scraped', facts.scraped],
      ['scrape_samples_post_metric_relabeling', facts.kept],
      ['scrape_series_added', facts.added],
      ...more,
    ];
    const families = values.map(([name, value]): ShownFamily => ({
      name,
      type: 'gauge',
      help: HELP[name] ?? '',
      unit: '',
      samples: [{ name, labels: [], value, timeMs: undefined, exemplars: [] }],
    }));
    // Rules for samples are not for these.
    const samples = labelSamples(families, withoutRules(job), target.labels);
    return samples.ok ? [...pointsOf(samples.value.samples, false).values()] : [];
  }
}

interface Facts {
  readonly up: 0 | 1;
  readonly seconds: number;
  readonly scraped: number;
  readonly kept: number;
  readonly added: number;
  readonly bodyBytes: number;
}

const HELP: Readonly<Record<string, string>> = {
  up: 'The scraping was successful',
  scrape_duration_seconds: 'Duration of the scrape',
  scrape_samples_scraped: 'The number of samples the target exposed',
  scrape_samples_post_metric_relabeling:
    'The number of samples remaining after metric relabeling was applied',
  scrape_series_added: 'The approximate number of new series in this scrape',
};

const NO_LIMITS = { samples: 0, labels: 0, nameLength: 0, valueLength: 0, nativeBuckets: 0 };

const withoutRules = (job: Job): Job => ({
  ...job,
  config: { ...job.config, metric_relabel_configs: [], honor_labels: false },
  limits: { ...job.limits, ...NO_LIMITS },
});

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash >>> 0;
}
