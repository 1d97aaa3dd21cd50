// Builds small traces for tests from a readable list: name, parent, service, start, end in ms.

import type { TraceSpans } from '../../../../../src/api/contract/traces.ts';
import type { ServiceRef } from '../../../../../src/api/contract/common.ts';
import type { Stretch } from '../stretches.ts';

export type Line = readonly [
  name: string,
  parent: number,
  service: string,
  startMs: number,
  endMs: number,
  extra?: { readonly peer?: string; readonly kind?: number; readonly error?: boolean },
];

export const MS = 1e6;

export function spansOf(lines: readonly Line[], outside: readonly string[] = []): TraceSpans {
  const services: ServiceRef[] = [];
  const names: string[] = [];
  const numberOf = (name: string): number => {
    const at = services.findIndex((service) => service.name === name);
    return at >= 0
      ? at
      : services.push({ name, number: services.length, outside: outside.includes(name) }) - 1;
  };
  const nameOf = (name: string): number => {
    const at = names.indexOf(name);
    return at >= 0 ? at : names.push(name) - 1;
  };
  const depth: number[] = [];
  for (const [, parent] of lines) depth.push(parent < 0 ? 0 : (depth[parent] ?? 0) + 1);
  return {
    count: lines.length,
    spanId: lines.map((_, at) => `s${String(at)}`),
    parent: lines.map((line) => line[1]),
    guessed: [],
    depth,
    start: lines.map((line) => line[3] * MS),
    duration: lines.map((line) => (line[4] - line[3]) * MS),
    kind: lines.map((line) => line[5]?.kind ?? 1),
    status: lines.map((line) => (line[5]?.error === true ? 2 : 0)),
    service: lines.map((line) => numberOf(line[2])),
    name: lines.map((line) => nameOf(line[0])),
    peer: lines.map((line) => (line[5]?.peer === undefined ? -1 : numberOf(line[5].peer))),
    events: lines.map(() => 0),
    names,
    services,
  };
}

export const segment = (
  span: number,
  startMs: number,
  endMs: number,
  rest: Partial<Stretch> = {},
): Stretch => ({
  span,
  start: startMs * MS,
  end: endMs * MS,
  kind: 'own',
  part: 0,
  who: 'a',
  ...rest,
});
