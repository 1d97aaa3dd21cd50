// From groups of addresses with labels to targets: relabelled, with the URL to scrape and the labels of their series.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config

import type { Job } from './job.ts';
import { parsePromDuration } from './prom-duration.ts';
import { type Labels, relabel } from './relabel.ts';

export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

export interface Target {
  /** Equal where nothing of the target has changed. */
  readonly key: string;
  readonly url: URL;
  /** `job`, `instance` and what the configuration adds; by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface Found {
  readonly targets: readonly Target[];
  /** Why some are no targets. */
  readonly faults: readonly string[];
}

export function targetsOf(job: Job, groups: readonly TargetGroup[]): Found {
  const targets = new Map<string, Target>();
  const faults: string[] = [];
  for (const group of groups) {
    for (const address of group.targets) {
      const found = targetOf(job, address, group.labels);
      if (typeof found === 'string') faults.push(found);
      else if (found !== undefined) targets.set(found.key, found);
    }
  }
  const limit = job.limits.targets;
  if (limit > 0 && targets.size > limit) {
    return { targets: [], faults: [`${targets.size} targets where target_limit is ${limit}`] };
  }
  return { targets: [...targets.values()], faults };
}

/** @returns undefined where relabelling drops it, a sentence where it cannot be scraped. */
function targetOf(
  job: Job,
  address: string,
  own: TargetGroup['labels'],
): Target | string | undefined {
  const { config } = job;
  const labels: Labels = new Map([
    ['job', config.job_name],
    ['__address__', address],
    ['__metrics_path__', config.metrics_path],
    ['__scheme__', config.scheme],
    ['__scrape_interval__', `${job.intervalMs}ms`],
    ['__scrape_timeout__', `${job.timeoutMs}ms`],
    ...Object.entries(config.params).map(([name, [value = '']]): [string, string] => [
      `__param_${name}`,
      value,
    ]),
    ...Object.entries(own),
  ]);
  if (!relabel(labels, config.relabel_configs)) return undefined;
  const at = labels.get('__address__') ?? '';
  if (at === '') return `a target of job ${config.job_name} has no address`;
  if (/\//.test(at))
    return `${at} of job ${config.job_name} is no host:port; a path goes into metrics_path`;
  const url = urlOf(job, labels, at);
  if (url === undefined) return `${at} of job ${config.job_name} is no host:port`;
  const intervalMs = parsePromDuration(labels.get('__scrape_interval__') ?? '') ?? job.intervalMs;
  const timeoutMs = parsePromDuration(labels.get('__scrape_timeout__') ?? '') ?? job.timeoutMs;
  if (!labels.has('instance')) labels.set('instance', at);
  const shown = [...labels]
    .filter(([name]) => !name.startsWith('__'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    key: JSON.stringify([url.href, shown, intervalMs, timeoutMs]),
    url,
    labels: new Map(shown),
    intervalMs,
    timeoutMs: Math.min(timeoutMs, intervalMs),
  };
}

function urlOf(job: Job, labels: Labels, address: string): URL | undefined {
  const text = `${labels.get('__scheme__') ?? 'http'}://${address}${labels.get('__metrics_path__') ?? ''}`;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  for (const [name, [, ...more]] of Object.entries(job.config.params)) {
    const first = labels.get(`__param_${name}`);
    if (first !== undefined) url.searchParams.append(name, first);
    for (const value of more) url.searchParams.append(name, value);
  }
  for (const [name, value] of labels) {
    const param = name.startsWith('__param_') ? name.slice('__param_'.length) : undefined;
    if (param !== undefined && !Object.hasOwn(job.config.params, param)) {
      url.searchParams.append(param, value);
    }
  }
  return url;
}
