// A transaction that takes long is looked at from the outside: does it wait for a lock, and who holds it? PostgreSQL
// knows, the span of the statement does not. What is found goes onto the span and into the log.
// https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW

import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { log } from './log.ts';

const LOOK_AFTER_MS = 400;

/** Those who wait stand in a queue; the one at its head waits for nobody. */
const question = `
  WITH RECURSIVE queue(pid) AS (
    SELECT unnest(pg_blocking_pids($1)) UNION SELECT unnest(pg_blocking_pids(queue.pid)) FROM queue)
  SELECT waiting.wait_event, holder.pid, holder.application_name, holder.state
    FROM pg_stat_activity AS waiting, queue JOIN pg_stat_activity AS holder ON holder.pid = queue.pid
   WHERE waiting.pid = $1 AND waiting.wait_event_type = 'Lock'
     AND cardinality(pg_blocking_pids(holder.pid)) = 0 LIMIT 1`;

/** Runs a statement: the pool's, which this file knows nothing of. */
type Ask = (
  text: string,
  values: readonly unknown[],
) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;

/** Looks once, if the transaction is still under way then. Returns what ends the watch. */
export function watchForBlocking(processId: number | undefined, ask: Ask): () => void {
  if (processId === undefined) return () => undefined;
  const timer = setTimeout(() => void look(processId, ask), LOOK_AFTER_MS);
  return () => clearTimeout(timer);
}

async function look(processId: number, ask: Ask): Promise<void> {
  const span = trace.getActiveSpan();
  try {
    // Outside the trace: a query about the request is not a query of the request.
    const [holder] = await context.with(ROOT_CONTEXT, () => ask(question, [processId]));
    if (holder === undefined) return;
    const found = {
      'db.postgresql.wait_event': String(holder['wait_event']),
      'db.postgresql.blocking_pid': Number(holder['pid']),
      'db.postgresql.blocking_application': String(holder['application_name']),
      'db.postgresql.blocking_state': String(holder['state']),
    };
    span?.addEvent('transaction_blocked', found);
    log.warn(
      found,
      `transaction waits for a lock that ${found['db.postgresql.blocking_application']} (pid ${found['db.postgresql.blocking_pid']}) holds`,
    );
  } catch (error) {
    log.debug({ err: error }, 'could not ask who holds the lock');
  }
}
