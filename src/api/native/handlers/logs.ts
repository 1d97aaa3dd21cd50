// GET /logs, /logs/histogram, /logs/line, /logs/context, /logs/tail.

import { badRequest, notFound } from '../../../net/http-error.ts';
import type { HttpReply, HttpRequest } from '../../../net/http-message.ts';
import { type SseEvent, sseReply } from '../../../net/sse.ts';
import type { QueryScope } from '../../../query/core/run.ts';
import type { LogRestrictions } from '../../../query/logs/condition.ts';
import { logHistogram } from '../../../query/logs/histogram.ts';
import { readContext, readLine } from '../../../query/logs/line.ts';
import { type FoundLog, logKeyOf } from '../../../query/logs/rows.ts';
import { searchLogs } from '../../../query/logs/search.ts';
import { LogTail } from '../../../query/logs/tail.ts';
import { prepareFilter } from '../../../query/traces/filter/prepare.ts';
import { LEVELS } from '../../../query/traces/filter/values.ts';
import type {
  LogContextAnswer,
  LogHistogramAnswer,
  LogLineAnswer,
  LogRow,
  LogsAnswer,
  TailEvent,
} from '../../contract/logs.ts';
import type { NativeContext } from '../context.ts';
import {
  integerOf,
  listOf,
  oneOf,
  optional,
  rangeOf,
  required,
  spanIdOf,
  textOf,
  traceIdOf,
} from '../params.ts';
import { PAGE_LIMIT } from './traces.ts';

function restrictionsOf(request: HttpRequest): LogRestrictions {
  const levels = listOf(request, 'levels').map((name) => {
    const level = LEVELS.find((known) => known === name);
    if (level === undefined)
      throw badRequest(`levels: ${name} is not one of ${LEVELS.join(', ')}.`);
    return level;
  });
  const trace = optional(request, 'trace');
  const span = optional(request, 'span');
  return {
    levels,
    trace: trace === undefined ? undefined : traceIdOf(trace),
    span: span === undefined ? undefined : spanIdOf(span),
  };
}

async function withServices(
  context: NativeContext,
  scope: QueryScope,
  rows: readonly FoundLog[],
): Promise<LogRow[]> {
  const ref = await context.services.refs(
    scope,
    rows.map((row) => row.service),
  );
  return rows.map((row) => ({ ...row, service: ref(row.service) }));
}

export async function getLogs(context: NativeContext, request: HttpRequest): Promise<LogsAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const found = await searchLogs(scope, {
    range,
    filter: textOf(request, 'q'),
    restrictions: restrictionsOf(request),
    order: oneOf(request, 'order', ['desc', 'asc'], 'desc'),
    limit: integerOf(request, 'limit', PAGE_LIMIT),
    cursor: optional(request, 'cursor'),
    keptSince: context.program.keptSince(),
  });
  return {
    meta: context.meta(scope, range, { empty: found.empty }),
    page: { total: found.total, nextCursor: found.nextCursor },
    rows: await withServices(context, scope, found.rows),
  };
}

const BUCKETS = { fallback: 120, min: 1, max: 1000 } as const;

export async function getLogHistogram(
  context: NativeContext,
  request: HttpRequest,
): Promise<LogHistogramAnswer> {
  const scope = context.scope(request);
  const range = rangeOf(request, context.nowMs);
  const { empty, ...histogram } = await logHistogram(scope, {
    range,
    filter: textOf(request, 'q'),
    restrictions: restrictionsOf(request),
    buckets: integerOf(request, 'buckets', BUCKETS),
    keptSince: context.program.keptSince(),
  });
  return { meta: context.meta(scope, range, { empty }), ...histogram };
}

const lineNotFound = (): Error =>
  notFound('This log line is not stored: it was never received, or dropped by retention.');

export async function getLogLine(
  context: NativeContext,
  request: HttpRequest,
): Promise<LogLineAnswer> {
  const scope = context.scope(request);
  const line = await readLine(scope, logKeyOf(required(request, 'id')));
  if (line === undefined) throw lineNotFound();
  const [row] = await withServices(context, scope, [line.row]);
  if (row === undefined) throw lineNotFound();
  return { meta: context.meta(scope, null), ...line, row };
}

const AROUND = { fallback: 10, min: 0, max: 500 } as const;

export async function getLogContext(
  context: NativeContext,
  request: HttpRequest,
): Promise<LogContextAnswer> {
  const scope = context.scope(request);
  const found = await readContext(scope, logKeyOf(required(request, 'id')), {
    before: integerOf(request, 'before', AROUND),
    after: integerOf(request, 'after', AROUND),
  });
  if (found === undefined) throw lineNotFound();
  const rows = await withServices(context, scope, found.rows);
  return { meta: context.meta(scope, null), rows, index: found.index };
}

/** Between two answers of a tail; TAIL_LINES_A_SECOND counts on it. */
const TAIL_EVERY_MS = 1_000;

/** Event `lines`, at most one a second; the id resumes. A wrong filter is refused before the stream begins. */
export async function getLogTail(context: NativeContext, request: HttpRequest): Promise<HttpReply> {
  const filter = await prepareFilter(context.scope(request), textOf(request, 'q'), 'logs');
  const restrictions = restrictionsOf(request);
  return sseReply(request, ({ lastEventId, signal }) => {
    const resumed = Number(lastEventId);
    const nowMs = context.nowMs;
    const sinceMs =
      Number.isSafeInteger(resumed) && resumed > 0 && resumed <= nowMs ? resumed : nowMs;
    return tailEvents(context, request, new LogTail(filter, restrictions, sinceMs), signal);
  });
}

async function* tailEvents(
  context: NativeContext,
  request: HttpRequest,
  tail: LogTail,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  const stored = new Bell();
  const forget = context.program.onStored('logs', () => stored.ring());
  signal.addEventListener('abort', () => stored.ring(), { once: true });
  try {
    while (!signal.aborted) {
      const scope = context.scope(request);
      const { rows, skipped } = await tail.next(scope);
      if (rows.length > 0) {
        const data: TailEvent = { rows: await withServices(context, scope, rows), skipped };
        yield { id: tail.position, event: 'lines', data };
        await pause(TAIL_EVERY_MS, signal);
      }
      await stored.wait();
    }
  } finally {
    forget();
  }
}

/** Remembers one ring until somebody waits. */
class Bell {
  #rung = false;
  #answer: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#answer?.();
  }

  async wait(): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => (this.#answer = resolve));
    this.#rung = false;
    this.#answer = undefined;
  }
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> =>
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
