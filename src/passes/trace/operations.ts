// The roll-up by operation: every span of the forest, by service, name, kind and peer.

import { ORIGIN_REPEATED } from '../../analysis/terms/origin.ts';
import { STATUS_ERROR } from '../../analysis/terms/span-kind.ts';
import type { SpanTree } from '../../analysis/terms/span-tree.ts';
import type { DigestSums } from './digest-sums.ts';
import type { NameCache } from './name-cache.ts';
import { DURATION } from './pass-rows.ts';
import type { SpanFacts } from './span-facts.ts';

export function addOperations(
  sums: DigestSums,
  { columns, starts, ends }: SpanTree,
  { slices, minutes, weights }: SpanFacts,
  names: NameCache,
): void {
  for (let span = 0; span < columns.size; span++) {
    if (columns.origins[span] === ORIGIN_REPEATED) continue;
    const minute = minutes[span] ?? 0;
    const service = columns.services[span] ?? 0;
    const name = names.allowed(minute, service, columns.names[span] ?? 0);
    const peer = names.allowed(minute, service, columns.peers[span] ?? 0);
    const nanos = (ends[span] ?? 0) - (starts[span] ?? 0);
    const failed = columns.statuses[span] === STATUS_ERROR;
    sums.enter(slices[span] ?? 0, minute, service, name);
    sums.add(peer, columns.kinds[span] ?? 0, DURATION, nanos, weights[span] ?? 1, failed);
  }
}
