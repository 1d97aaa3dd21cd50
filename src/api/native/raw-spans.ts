// Stored spans → what the analysis reads: with host and instance, which are kept by resource, and the links into the
// same trace.

import type { RawSpans } from '../../analysis/terms/span-columns.ts';
import type { StoredTrace } from '../../query/traces/trace/read-trace.ts';

export function rawSpans({ spans, hosts, links }: StoredTrace): RawSpans {
  const strings = [...spans.strings];
  const numbers = new Map(strings.map((text, number) => [text, number]));
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? strings.push(text) - 1;
    numbers.set(text, number);
    return number;
  };
  const hostOf = new Int32Array(spans.strings.length);
  const instanceOf = new Int32Array(spans.strings.length);
  for (const resource of new Set(spans.resources)) {
    const known = hosts.get(spans.strings[resource] ?? '');
    hostOf[resource] = numberOf(known?.host ?? '');
    instanceOf[resource] = numberOf(known?.instance ?? '');
  }
  return {
    ...spans,
    hosts: spans.resources.map((resource) => hostOf[resource] ?? 0),
    instances: spans.resources.map((resource) => instanceOf[resource] ?? 0),
    links: new Map(Array.from(links, ([span, { inside }]) => [span, inside])),
    strings,
  };
}
