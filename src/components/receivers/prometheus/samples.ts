// Samples of a scrape with the labels of their target, relabelled, within the limits of their job.

import { err, ok, type Result } from '../../../base/result.ts';
import type { ShownFamily, ShownSample } from './exposition.ts';
import type { Job } from './job.ts';
import { type Labels, relabel } from './relabel.ts';

export interface Sample {
  /** As shown and relabelled, with its suffix. */
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly shown: ShownSample;
  /** Undefined where relabelling has given it a name that does not belong to the family any more. */
  readonly family: ShownFamily | undefined;
}

export interface Labelled {
  readonly samples: readonly Sample[];
  /** Before relabelling. */
  readonly scraped: number;
}

const EXPORTED = 'exported_';

export function labelSamples(
  families: readonly ShownFamily[],
  job: Job,
  own: ReadonlyMap<string, string>,
): Result<Labelled, string> {
  const samples: Sample[] = [];
  let scraped = 0;
  for (const family of families) {
    for (const shown of family.samples) {
      scraped += 1;
      const labels = withTargetLabels(shown, own, job.config.honor_labels);
      labels.set('__name__', shown.name);
      if (!relabel(labels, job.config.metric_relabel_configs)) continue;
      const name = labels.get('__name__') ?? '';
      labels.delete('__name__');
      if (name === '') continue;
      const fault = limitFault(job, name, labels, shown);
      if (fault !== undefined) return err(fault);
      samples.push({ name, labels, shown, family: familyOf(family, shown, name) });
    }
  }
  const limit = job.limits.samples;
  if (limit > 0 && samples.length > limit)
    return err(`it has ${samples.length} samples where sample_limit is ${limit}`);
  return ok({ samples, scraped });
}

/** A label of the sample that the target has too is renamed, unless the job honours it. */
function withTargetLabels(
  shown: ShownSample,
  own: ReadonlyMap<string, string>,
  honors: boolean,
): Labels {
  const labels: Labels = new Map(shown.labels.filter(([, value]) => value !== ''));
  for (const [name, value] of own) {
    const there = labels.get(name);
    if (there !== undefined) {
      if (honors) continue;
      let renamed = `${EXPORTED}${name}`;
      while (labels.has(renamed) || own.has(renamed)) renamed = `${EXPORTED}${renamed}`;
      labels.set(renamed, there);
    }
    labels.set(name, value);
  }
  return labels;
}

/** A histogram that is renamed as a whole stays one. */
function familyOf(family: ShownFamily, shown: ShownSample, name: string): ShownFamily | undefined {
  if (name === shown.name) return family;
  const suffix = shown.name.slice(family.name.length);
  return shown.name.startsWith(family.name) && name.endsWith(suffix)
    ? { ...family, name: name.slice(0, name.length - suffix.length) }
    : undefined;
}

function limitFault(
  job: Job,
  name: string,
  labels: Labels,
  { native }: ShownSample,
): string | undefined {
  const { labels: most, nameLength, valueLength, nativeBuckets } = job.limits;
  if (most > 0 && labels.size + 1 > most)
    return `${name} has more than ${most} labels (label_limit)`;
  if (native !== undefined && nativeBuckets > 0) {
    const buckets = native.positive.counts.length + native.negative.counts.length;
    if (buckets > nativeBuckets)
      return `${name} has ${buckets} native buckets (native_histogram_bucket_limit)`;
  }
  if (nameLength === 0 && valueLength === 0) return undefined;
  for (const [label, value] of labels) {
    if (nameLength > 0 && label.length > nameLength) {
      return `a label of ${name} has a name of ${label.length} characters (label_name_length_limit)`;
    }
    if (valueLength > 0 && value.length > valueLength) {
      return `label ${label} of ${name} has ${value.length} characters (label_value_length_limit)`;
    }
  }
  return undefined;
}
