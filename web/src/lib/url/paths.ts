// The one place that builds addresses of pages. Names, not numbers, in links; the time range and the zone travel along.

import { applied, type Change } from './params.ts';

export const PAGE_PATHS = {
  home: '/',
  traces: '/traces',
  logs: '/logs',
  metrics: '/metrics',
  pipelines: '/pipelines',
} as const;

export type PageName = keyof typeof PAGE_PATHS;

/** What stays when the reader goes to another page. */
const TRAVELS = ['from', 'to', 'tz'];

const travelling = (): Change[] => {
  const here = new URLSearchParams(window.location.search);
  return TRAVELS.map((name) => [name, here.get(name)] as const);
};

const withSearch = (path: string, changes: readonly Change[]): string => {
  const search = applied('', [...travelling(), ...changes]);
  return search === '' ? path : `${path}?${search}`;
};

const quoted = (value: string): string =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** The trace that a path names, as its calls have it; null: another page. */
export const traceIdIn = (path: string): string | null =>
  /^\/trace\/([^/]+)$/u.exec(path)?.[1]?.toLowerCase() ?? null;

export const paths = {
  page: (name: PageName, changes: readonly Change[] = []): string =>
    withSearch(PAGE_PATHS[name], changes),
  trace: (traceId: string, changes: readonly Change[] = []): string =>
    withSearch(`/trace/${encodeURIComponent(traceId)}`, changes),
  traceAt: (traceId: string, spanId: string): string => paths.trace(traceId, [['span', spanId]]),
  tracesWhere: (query: string, changes: readonly Change[] = []): string =>
    withSearch(PAGE_PATHS.traces, [['q', query], ...changes]),
  tracesOfService: (service: string): string => paths.tracesWhere(`service = ${quoted(service)}`),
  tracesOfEndpoint: (service: string, endpoint: string): string =>
    paths.tracesWhere(`root = ${quoted(service)} and endpoint = ${quoted(endpoint)}`),
  logsOfTrace: (traceId: string): string => withSearch(PAGE_PATHS.logs, [['trace', traceId]]),
  logsOfSpan: (traceId: string, spanId: string): string =>
    withSearch(PAGE_PATHS.logs, [
      ['trace', traceId],
      ['span', spanId],
    ]),
} as const;
