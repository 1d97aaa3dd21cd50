// The critical path as a list: each stretch with its end and the name of who had the time.

import type { PartKind } from '../../../../src/api/contract/common.ts';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';

export interface Stretch {
  readonly span: number;
  /** ns from the trace's start. */
  readonly start: number;
  readonly end: number;
  readonly kind: PartKind;
  /** Index into the trace's parts. */
  readonly part: number;
  /** Service or outside peer. */
  readonly who: string;
}

const known = new WeakMap<TraceAnswer['path'], readonly Stretch[]>();

/** Made once for each answer. */
export function stretchesOf({
  path,
  duration,
  spans: { services },
}: Pick<TraceAnswer, 'path' | 'duration' | 'spans'>): readonly Stretch[] {
  const before = known.get(path);
  if (before !== undefined) return before;
  const stretches: Stretch[] = [];
  for (let at = 0; at < path.count; at += 1)
    stretches.push({
      span: path.span[at] ?? -1,
      start: path.start[at] ?? 0,
      end: path.start[at + 1] ?? duration,
      kind: path.kinds[path.kind[at] ?? -1] ?? 'rest',
      part: path.part[at] ?? -1,
      who: services[path.who[at] ?? -1]?.name ?? '',
    });
  known.set(path, stretches);
  return stretches;
}
