// All routes of the native API.

import { type Route, type RouteGroup } from '../../net/http-router.ts';
import { jsonReply } from '../../net/http-message.ts';
import { AGGREGATIONS } from '../../query/metrics/query.ts';
import { TRACE_SORTS } from '../../query/traces/search/list.ts';
import { SPAN_SORTS } from '../../query/traces/search/spans.ts';
import { openApiDocument } from './openapi/document.ts';
import { API_BASE } from '../contract/common.ts';
import { NativeContext, type NativeSettings } from './context.ts';
import { getCompletion } from './handlers/complete.ts';
import { getEndpoints, getOperations, getOverview, getServices } from './handlers/home.ts';
import { getExport } from './handlers/export.ts';
import { postImport } from './handlers/import.ts';
import {
  getLogContext,
  getLogHistogram,
  getLogLine,
  getLogs,
  getLogTail,
} from './handlers/logs.ts';
import { getMetricAttributes, getMetricQuery, getMetrics } from './handlers/metrics.ts';
import { getDemo, getEvents, getPipelines, getStatus, postDemo } from './handlers/program.ts';
import { getFind, getSpan, getSpans } from './handlers/spans.ts';
import { getTraceEvents } from './handlers/trace-events.ts';
import { getTrace } from './handlers/trace.ts';
import { getHeatmap, getTraces } from './handlers/traces.ts';
import { getWhy } from './handlers/why.ts';
import {
  CURSOR,
  FILTER,
  FROM,
  json,
  LIMIT,
  type NativeRoute,
  ORDER,
  param,
  raw,
  TO,
} from './route.ts';

const TRACE_ID = param('id', 'Trace id, 32 hexadecimal digits.', { required: true });

const METRIC_NAME = param('name', 'Name of a metric.', { required: true });
const LINE_ID = param('id', 'Id of a line, from a list of lines.', { required: true });
const LOG_PARAMS = [
  param(
    'levels',
    'Only these, separated by commas: trace, debug, info, warn, error, fatal, unknown.',
  ),
  param('trace', 'Only lines of this trace.'),
  param('span', 'Only lines of this span.'),
];

export const NATIVE_ROUTES: readonly NativeRoute[] = [
  json({
    method: 'GET',
    path: '/traces',
    summary: 'Traces that start in the range and fulfil the filter',
    params: [
      FROM,
      TO,
      FILTER,
      param('sort', 'What to sort by, over all that was found.', { values: TRACE_SORTS }),
      ORDER,
      LIMIT,
      CURSOR,
      param('area', 'FROM..TO,MIN..MAX: start and duration in ns, as selected in the heat map.'),
    ],
    answer: 'TracesAnswer',
    handle: getTraces,
  }),
  json({
    method: 'GET',
    path: '/traces/heatmap',
    summary: 'Counts of traces by start and duration',
    params: [FROM, TO, FILTER, param('columns', 'Columns, up to 400.', { type: 'integer' })],
    answer: 'HeatmapAnswer',
    handle: getHeatmap,
  }),
  json({
    method: 'GET',
    path: '/trace/{id}',
    summary: 'One trace: spans, critical path, parts and verdict',
    params: [TRACE_ID],
    answer: 'TraceAnswer',
    handle: getTrace,
  }),
  json({
    method: 'GET',
    path: '/trace/{id}/span/{spanId}',
    summary: 'One span with everything that was sent, and its place among its peers',
    params: [TRACE_ID, param('spanId', 'Span id, 16 hexadecimal digits.', { required: true })],
    answer: 'SpanAnswer',
    handle: getSpan,
  }),
  json({
    method: 'GET',
    path: '/trace/{id}/events',
    summary: 'Events of all spans of the trace, by time',
    params: [TRACE_ID],
    answer: 'TraceEventsAnswer',
    handle: getTraceEvents,
  }),
  json({
    method: 'GET',
    path: '/trace/{id}/find',
    summary: 'Spans of the trace that hold a text anywhere',
    params: [TRACE_ID, param('text', 'What to look for, in any case.')],
    answer: 'FindAnswer',
    handle: getFind,
  }),
  json({
    method: 'GET',
    path: '/spans',
    summary: 'Spans that start in the range and fulfil the filter',
    params: [
      FROM,
      TO,
      FILTER,
      param('sort', 'What to sort by, over all that was found.', { values: SPAN_SORTS }),
      ORDER,
      LIMIT,
      CURSOR,
    ],
    answer: 'SpansAnswer',
    handle: getSpans,
  }),
  json({
    method: 'GET',
    path: '/overview',
    summary: 'What costs people the most time, in one sentence, with the endpoints behind it',
    params: [FROM, TO],
    answer: 'OverviewAnswer',
    handle: getOverview,
  }),
  json({
    method: 'GET',
    path: '/services',
    summary: 'Services and outside peers: rate, errors, quantiles, own time, wait',
    params: [FROM, TO],
    answer: 'ServicesAnswer',
    handle: getServices,
  }),
  json({
    method: 'GET',
    path: '/endpoints',
    summary: 'Endpoints: rate, errors, quantiles, where the time goes',
    params: [FROM, TO],
    answer: 'EndpointsAnswer',
    handle: getEndpoints,
  }),
  json({
    method: 'GET',
    path: '/operations',
    summary: 'Span names: rate, errors, quantiles',
    params: [FROM, TO, param('service', 'Of this service only.')],
    answer: 'OperationsAnswer',
    handle: getOperations,
  }),
  json({
    method: 'GET',
    path: '/why',
    summary:
      'Where the time went: of a trace, of the slowest of an endpoint, or of the slowest of all',
    params: [
      param('trace', 'Trace id.'),
      param('endpoint', 'Endpoint, such as POST /checkout.'),
      FROM,
      TO,
      param('wait', 'How long to wait for a trace that is still arriving, ms, up to 30,000.', {
        type: 'integer',
      }),
    ],
    answer: 'WhyAnswer',
    handle: getWhy,
  }),
  json({
    method: 'GET',
    path: '/complete',
    summary: 'What may stand at the cursor of a filter text',
    params: [
      param('signal', 'What the filter searches.', {
        values: ['traces', 'spans', 'logs', 'metrics'],
      }),
      param('metric', 'With signal=metrics: the metric whose series are filtered.'),
      FROM,
      TO,
      FILTER,
      param('cursor', 'Place in the text, in UTF-16 units; default: its end.', { type: 'integer' }),
    ],
    answer: 'CompletionAnswer',
    handle: getCompletion,
  }),
  json({
    method: 'GET',
    path: '/logs',
    summary: 'Log lines in the range that fulfil the filter',
    params: [FROM, TO, FILTER, ...LOG_PARAMS, ORDER, LIMIT, CURSOR],
    answer: 'LogsAnswer',
    handle: getLogs,
  }),
  json({
    method: 'GET',
    path: '/logs/histogram',
    summary: 'Counts of log lines over time by level',
    params: [
      FROM,
      TO,
      FILTER,
      ...LOG_PARAMS,
      param('buckets', 'Steps of time, up to 1,000.', { type: 'integer' }),
    ],
    answer: 'LogHistogramAnswer',
    handle: getLogHistogram,
  }),
  json({
    method: 'GET',
    path: '/logs/line',
    summary: 'One log line with everything that was sent',
    params: [LINE_ID],
    answer: 'LogLineAnswer',
    handle: getLogLine,
  }),
  json({
    method: 'GET',
    path: '/logs/context',
    summary: 'Lines of the same stream around one',
    params: [
      LINE_ID,
      param('before', 'Lines before it, up to 500.', { type: 'integer' }),
      param('after', 'Lines after it, up to 500.', { type: 'integer' }),
    ],
    answer: 'LogContextAnswer',
    handle: getLogContext,
  }),
  raw({
    method: 'GET',
    path: '/logs/tail',
    summary: 'Server-sent events: `lines` as they arrive (TailEvent); the id resumes',
    params: [FILTER, ...LOG_PARAMS],
    mediaTypes: ['text/event-stream'],
    handle: getLogTail,
  }),
  json({
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics that have points in the range',
    params: [FROM, TO, param('text', 'Part of the name, in any case.')],
    answer: 'MetricsAnswer',
    handle: getMetrics,
  }),
  json({
    method: 'GET',
    path: '/metrics/attributes',
    summary: 'Attributes that a metric’s series can be told apart by, with their values',
    params: [METRIC_NAME, FROM, TO],
    answer: 'MetricAttributesAnswer',
    handle: getMetricAttributes,
  }),
  json({
    method: 'GET',
    path: '/metrics/query',
    summary: 'Values of a metric over time',
    params: [
      METRIC_NAME,
      param('agg', 'How values are put together; default: what suits the type.', {
        values: AGGREGATIONS,
      }),
      param('q', 'Quantile between 0 and 1; default 0.95.', { type: 'number' }),
      param(
        'by',
        'Attributes to group by, separated by commas; * for every series. Default: one line.',
      ),
      param('filter', 'A filter over the attributes of series.'),
      FROM,
      TO,
      param(
        'step',
        'Length of a step: 30s, 5m, or seconds. Default: what suits range and samples.',
      ),
      param('limit', 'Lines, largest by area first, up to 1,000.', { type: 'integer' }),
    ],
    answer: 'MetricQueryAnswer',
    handle: getMetricQuery,
  }),
  json({
    method: 'GET',
    path: '/status',
    summary: 'What listens, what came in, what was kept and what was not',
    params: [],
    answer: 'StatusAnswer',
    handle: getStatus,
  }),
  json({
    method: 'GET',
    path: '/pipelines',
    summary: 'Accounting by component and sender, and findings',
    params: [],
    answer: 'PipelinesAnswer',
    handle: getPipelines,
  }),
  raw({
    method: 'GET',
    path: '/events',
    summary: 'Server-sent events: `status` every second',
    params: [],
    mediaTypes: ['text/event-stream'],
    handle: getEvents,
  }),
  json({
    method: 'GET',
    path: '/demo',
    summary: 'The scenario that the demo plays',
    params: [],
    answer: 'DemoState',
    handle: getDemo,
  }),
  json({
    method: 'POST',
    path: '/demo',
    summary: 'Chooses the scenario of the demo',
    params: [],
    body: 'DemoRequest',
    answer: 'DemoState',
    handle: postDemo,
  }),
  raw({
    method: 'GET',
    path: '/export',
    summary: 'Stored telemetry as OTLP: JSON lines, or protobuf with lengths in front',
    params: [
      param('trace', 'Of this trace only; else of the range.'),
      FROM,
      TO,
      FILTER,
      param('signal', 'What to export; default: traces.', {
        values: ['traces', 'metrics', 'logs'],
      }),
      param('format', 'Default: json.', { values: ['json', 'protobuf'] }),
    ],
    mediaTypes: ['application/x-ndjson', 'application/x-protobuf'],
    handle: getExport,
  }),
  json({
    method: 'POST',
    path: '/import',
    summary:
      'OTLP into the store, with the times it carries: JSON lines, or protobuf with lengths in front',
    params: [
      param('signal', 'Of protobuf; default: found out.', {
        values: ['traces', 'metrics', 'logs'],
      }),
    ],
    accepts: ['application/x-ndjson', 'application/x-protobuf'],
    answer: 'ImportAnswer',
    handle: postImport,
  }),
  raw({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description',
    params: [],
    mediaTypes: ['application/json'],
    handle: () => jsonReply(openApiDocument(NATIVE_ROUTES)),
  }),
];

/** The native API for an HttpApp. */
export function nativeRoutes(settings: NativeSettings): RouteGroup {
  const context = new NativeContext(settings);
  return { owner: 'native', routes: NATIVE_ROUTES.map((route) => served(context, route)) };
}

/** Answers change with every block that is stored. */
const NOT_CACHED = { headers: { 'cache-control': 'no-store' } } as const;

function served(context: NativeContext, route: NativeRoute): Route {
  const path = `${API_BASE}${route.path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const { method } = route;
  if (route.kind === 'raw') {
    return { method, path, handle: (request) => route.handle(context, request) };
  }
  return {
    method,
    path,
    handle: async (request) => jsonReply(await route.handle(context, request), NOT_CACHED),
  };
}
