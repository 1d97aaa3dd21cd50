// The client of payment-service. Requests are signed over their exact headers, so it does not go through the common
// client but through Node's own; its span and the propagation of the context are made by hand.
// Conventions: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span

import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { wait } from '../../shared/wait.ts';
import { fieldsOf, textOf } from '../common/fields.ts';
import type { Answer } from '../common/http-client.ts';
import { bodyOf } from '../common/http-error.ts';
import { log } from '../common/log.ts';
import { conditions } from '../common/own-conditions.ts';
import { portOf } from '../common/peers.ts';
import { markFailed } from '../common/spans.ts';

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 40;
const HOST = 'payment-service';
const SIGNING_KEY = 'demo'; // the other side does not check it

const tracer = trace.getTracer('charge-client');
const agent = new Agent({ keepAlive: true, maxSockets: 32 });

export interface Charge {
  readonly orderId: string;
  readonly amountCents: number;
  readonly paymentMethod: string;
}

export async function chargeCustomer(charge: Charge): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(charge, attempt);
    if (answer.status < 500 || attempt === ATTEMPTS_MAX) {
      return textOf(fieldsOf(bodyOf(answer, HOST)), 'transactionId');
    }
    log.warn(`payment-service answered ${answer.status}, attempt ${attempt} of ${ATTEMPTS_MAX}`);
    await wait(PAUSE_MS);
  }
}

function send(charge: Charge, attempt: number): Promise<Answer> {
  const attributes = {
    'http.request.method': 'POST',
    'server.address': HOST,
    'server.port': 80,
    'url.full': `http://${HOST}/charges`,
    'url.template': '/charges',
    ...(attempt > 1 ? { 'http.request.resend_count': attempt - 1 } : {}),
  };
  return tracer.startActiveSpan(
    'POST /charges',
    { kind: SpanKind.CLIENT, attributes },
    async (span) => {
      try {
        const answer = await post(signed(JSON.stringify(charge)));
        describe(span, answer.status);
        return answer;
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
  );
}

function describe(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status < 400) return;
  span.setAttribute('error.type', String(status));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

interface Signed {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

function signed(body: string): Signed {
  const headers: Record<string, string> = {
    host: HOST,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-signature': createHmac('sha256', SIGNING_KEY).update(body).digest('hex'),
  };
  // Version 2 hands out frozen headers, so that nothing changes after signing: the context goes into a copy.
  const carrier = conditions().orders.chargeClient === 'v2' ? { ...headers } : headers;
  propagation.inject(context.active(), carrier);
  return { body, headers: Object.freeze(headers) };
}

function post({ body, headers }: Signed): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const port = portOf(HOST);
    if (port === undefined) {
      reject(new Error(`getaddrinfo ENOTFOUND ${HOST}`));
      return;
    }
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method: 'POST', path: '/charges', headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) });
        });
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
