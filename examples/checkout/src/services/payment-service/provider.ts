// The client of the payment provider. A charge carries an idempotency key, so that it can be sent again without being
// taken twice.

import { trace } from '@opentelemetry/api';
import { wait } from '../../shared/wait.ts';
import { fieldsOf, textOf } from '../common/fields.ts';
import { call, TimeoutError } from '../common/http-client.ts';
import { HttpError } from '../common/http-error.ts';
import { log } from '../common/log.ts';
import { ANSWER_TIMEOUT_MS, pauseBeforeNextMs } from './attempts.ts';
import type { Outcome } from './attempts.ts';

const HOST = 'api.stripe.test';
const REGION = 'eu-2';

export interface ProviderRequest {
  readonly template: '/v1/charges' | '/v1/refunds';
  readonly idempotencyKey: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Attempt {
  readonly outcome: 'done' | Outcome;
  readonly detail: string;
}

/** The provider's id for what it took. */
export async function askProvider(request: ProviderRequest): Promise<string> {
  const what = request.template === '/v1/charges' ? 'charge' : 'refund';
  for (let attempt = 1; ; attempt++) {
    const { outcome, detail } = await attemptOnce(request, attempt);
    if (outcome === 'done') {
      log.info(`${what} ${detail} accepted on attempt ${attempt}`);
      return detail;
    }
    const pauseMs = pauseBeforeNextMs(attempt, outcome);
    if (pauseMs === undefined) {
      log.error(`${what} attempt ${attempt} failed: ${detail}, giving up`);
      throw new HttpError(502, 'provider_failed', detail);
    }
    log.warn(`${what} attempt ${attempt} failed: ${detail}, retry in ${pauseMs} ms`);
    trace.getActiveSpan()?.addEvent('retry_scheduled', {
      'retry.attempt': attempt + 1,
      'retry.delay_ms': pauseMs,
    });
    await wait(pauseMs);
  }
}

async function attemptOnce(request: ProviderRequest, attempt: number): Promise<Attempt> {
  try {
    const answer = await call({
      method: 'POST',
      host: HOST,
      template: request.template,
      body: request.body,
      headers: { 'idempotency-key': request.idempotencyKey },
      timeoutMs: ANSWER_TIMEOUT_MS,
      resend: attempt - 1,
      attributes: { 'payment.region': REGION },
    });
    if (answer.status >= 500)
      return { outcome: 'busy', detail: `${HOST} answered ${answer.status}` };
    if (answer.status === 402) throw new HttpError(402, 'card_declined', 'The card was declined.');
    return { outcome: 'done', detail: textOf(fieldsOf(answer.body), 'id') };
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    return { outcome: 'silent', detail: `no answer after ${ANSWER_TIMEOUT_MS} ms` };
  }
}
