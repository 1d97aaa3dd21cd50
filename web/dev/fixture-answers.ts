// Which fixture answers which call.

import { bigTrace } from './fixtures/big-trace.ts';
import { CHECKOUT_ID, checkoutTrace } from './fixtures/checkout-trace.ts';
import { find, spanDetail, traceEvents, traceLogs } from './fixtures/detail.ts';
import { graph } from './fixtures/graph.ts';
import { endpoints, firstRun, operations, overview, services } from './fixtures/home.ts';
import { logContext, logHistogram, logLine, logs } from './fixtures/logs.ts';
import { metricAttributes, metricQuery, metrics } from './fixtures/metrics.ts';
import { pipelines } from './fixtures/pipelines.ts';
import { status } from './fixtures/status.ts';
import { complete, heatmap, traces } from './fixtures/traces.ts';
import type { LogsAnswer } from '../../src/api/contract/logs.ts';
import type { TraceAnswer } from '../../src/api/contract/traces.ts';

export type FixtureState = 'busy' | 'demo' | 'first-run' | 'graph';

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

const ok = (body: unknown): Answer => ({ code: 200, body });
const notFound = (message: string): Answer => ({
  code: 404,
  body: { error: { code: 'TRACE_NOT_FOUND', message, retryable: false } },
});

const wrongUnit: Answer = {
  code: 400,
  body: {
    error: {
      code: 'FILTER_UNIT',
      message: '“sek” is no unit; ns, us, ms, s, m, h are.',
      retryable: false,
      position: { from: 11, to: 16 },
    },
  },
};

const big = new Map<string, TraceAnswer>();

/** The checkout by its id; `b16` followed by a size in decimal gives a generated trace of that size; `a…` one that still arrives. */
export function traceOf(id: string): TraceAnswer | null {
  if (id === CHECKOUT_ID) return checkoutTrace();
  if (id.startsWith('a55'))
    return { ...checkoutTrace(), traceId: id, arriving: true, complete: false };
  const size = /^b16f(\d{1,7})$/u.exec(id)?.[1];
  if (size === undefined) return null;
  const known = big.get(id) ?? bigTrace(id, Number(size));
  big.set(id, known);
  return known;
}

export function answer(path: string, query: URLSearchParams, state: FixtureState): Answer {
  const trace = /^\/trace\/([^/]+)(?:\/(find|events|span\/([^/]+)))?$/u.exec(path);
  if (trace !== null) return traceAnswer(trace, query);
  switch (path) {
    case '/status':
      return ok(status(state === 'graph' ? 'busy' : state));
    case '/overview':
      return ok(state === 'first-run' ? firstRun() : overview());
    case '/services':
      return ok(services());
    case '/endpoints':
      return ok(endpoints());
    case '/operations':
      return ok(operations());
    case '/traces':
      return (query.get('q') ?? '').includes('sek') ? wrongUnit : ok(traces(query));
    case '/traces/heatmap':
      return ok(heatmap(query));
    case '/complete':
      return ok(complete(query));
    case '/logs':
      return ok(logsOf(query, state));
    case '/logs/histogram':
      return ok(logHistogram(query));
    case '/logs/line':
      return ok(logLine(query));
    case '/logs/context':
      return ok(logContext(query));
    case '/metrics':
      return ok(metrics(state === 'first-run'));
    case '/metrics/attributes':
      return ok(metricAttributes());
    case '/metrics/query':
      return (query.get('filter') ?? '').includes('sek') ? wrongUnit : ok(metricQuery(query));
    case '/pipelines':
      return ok(state === 'graph' ? { ...pipelines('busy'), graph: graph() } : pipelines(state));
    default:
      return {
        code: 404,
        body: {
          error: { code: 'NO_SUCH_ROUTE', message: `No fixture for ${path}.`, retryable: false },
        },
      };
  }
}

/** The lines of a known trace, else those of the hour. */
function logsOf(query: URLSearchParams, state: FixtureState): LogsAnswer {
  const id = query.get('trace');
  const of = id === null ? null : traceOf(id);
  if (of !== null && of.logs > 0) return traceLogs(of);
  if (state !== 'first-run' && id === null) return logs(query);
  return {
    meta: { ...checkoutTrace().meta, empty: { kind: 'never' } },
    page: { total: 0, nextCursor: null },
    rows: [],
  };
}

function traceAnswer(match: RegExpExecArray, query: URLSearchParams): Answer {
  const [, id = '', action, spanId] = match;
  const trace = traceOf(id);
  if (trace === null) return notFound('No span of this trace was ever received.');
  if (action === 'events') return ok(traceEvents(trace));
  if (action === 'find') return ok(find(trace, query.get('text') ?? ''));
  if (spanId !== undefined) return ok(spanDetail(trace, spanId));
  return ok(trace);
}
