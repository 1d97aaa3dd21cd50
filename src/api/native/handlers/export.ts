// GET /export: stored telemetry as OTLP, of a trace or of a range, one request after another.

import { type Signal, SIGNALS, ITEM_NAME } from '../../../base/signal.ts';
import { notFound } from '../../../net/http-error.ts';
import { bytesReply, type HttpReply, type HttpRequest } from '../../../net/http-message.ts';
import { otlpToJson } from '../../../otlp/json/otlp-to-json.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import type { NanoRange } from '../../../query/core/time-range.ts';
import { within } from '../../../query/core/time-range.ts';
import { logCondition, NO_RESTRICTIONS } from '../../../query/logs/condition.ts';
import { rowsCondition } from '../../../query/traces/filter/plan-rows.ts';
import { idLiteral } from '../../../query/traces/filter/plan-tests.ts';
import { prepareFilter } from '../../../query/traces/filter/prepare.ts';
import { ofTrace, traceExtent } from '../../../query/traces/trace/read-trace.ts';
import { and, column, equal } from '../../../sql/expression.ts';
import { printExpression } from '../../../sql/print.ts';
import {
  type ExportedRequest,
  exportLogs,
  exportSpans,
} from '../../../store/reader/export-items.ts';
import { exportMetrics } from '../../../store/reader/export-metrics.ts';
import type { NativeContext } from '../context.ts';
import { oneOf, optional, rangeOf, textOf, traceIdOf } from '../params.ts';
import { traceNotFound } from './trace.ts';

const MEDIA_TYPES = { json: 'application/x-ndjson', protobuf: 'application/x-protobuf' } as const;
const ENDINGS = { json: 'jsonl', protobuf: 'otlp' } as const;
const LENGTH_BYTES = 4;

export async function getExport(context: NativeContext, request: HttpRequest): Promise<HttpReply> {
  const signal = oneOf(request, 'signal', SIGNALS, 'traces');
  const format = oneOf(request, 'format', ['json', 'protobuf'], 'json');
  const trace = optional(request, 'trace');
  const id = trace === undefined ? undefined : traceIdOf(trace);
  const requests = await exported(context, request, signal, id);
  const first = await requests.next();
  if (first.done === true) {
    throw notFound(
      `There are no ${ITEM_NAME[signal].replace('_', ' ')} to export. Widen the range with from and to, or leave the filter out.`,
    );
  }
  const name = `${id ?? signal}.${ENDINGS[format]}`;
  return bytesReply(MEDIA_TYPES[format], written(signal, format, first.value, requests), {
    headers: {
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
}

async function exported(
  context: NativeContext,
  request: HttpRequest,
  signal: Signal,
  id: string | undefined,
): Promise<AsyncGenerator<ExportedRequest>> {
  const { engine } = context;
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  switch (signal) {
    case 'traces': {
      const where = await spansWhere(context, scope, request, range, id);
      return exportSpans(engine, { where, signal: request.signal });
    }
    case 'logs': {
      const where = await logsWhere(scope, request, range, id);
      return exportLogs(engine, { where, signal: request.signal });
    }
    case 'metrics': {
      const filter = await prepareFilter(scope, textOf(request, 'q'), 'metrics');
      const series = printExpression(rowsCondition(filter.checked, filter.onResources));
      return exportMetrics(engine, {
        series,
        fromNano: range.from,
        toNano: range.to,
        signal: request.signal,
      });
    }
  }
}

async function spansWhere(
  context: NativeContext,
  scope: QueryScope,
  request: HttpRequest,
  range: NanoRange,
  id: string | undefined,
): Promise<string> {
  if (id !== undefined) {
    const extent = await traceExtent(scope, id);
    if (extent === undefined) throw traceNotFound(context, id);
    return printExpression(ofTrace(id, extent));
  }
  const filter = await prepareFilter(scope, textOf(request, 'q'), 'spans');
  return printExpression(
    and(within(column('StartTime'), range), rowsCondition(filter.checked, filter.onResources)),
  );
}

async function logsWhere(
  scope: QueryScope,
  request: HttpRequest,
  range: NanoRange,
  id: string | undefined,
): Promise<string> {
  if (id !== undefined) return printExpression(equal(column('TraceId'), idLiteral(id)));
  const filter = await prepareFilter(scope, textOf(request, 'q'), 'logs');
  return printExpression(and(within(column('Time'), range), logCondition(filter, NO_RESTRICTIONS)));
}

async function* written(
  signal: Signal,
  format: 'json' | 'protobuf',
  first: ExportedRequest,
  rest: AsyncIterable<ExportedRequest>,
): AsyncGenerator<string | Uint8Array> {
  yield write(signal, format, first);
  for await (const request of rest) yield write(signal, format, request);
}

function write(
  signal: Signal,
  format: 'json' | 'protobuf',
  { bytes }: ExportedRequest,
): string | Uint8Array {
  if (format === 'json') return `${otlpToJson(signal, bytes)}\n`;
  const framed = new Uint8Array(LENGTH_BYTES + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, LENGTH_BYTES);
  return framed;
}
