// api.stripe.test: takes charges and refunds. It may leave a request without an answer, or be too busy for it.

import { randomUUID } from 'node:crypto';
import { ordinaryConditions } from '../shared/conditions.ts';
import { onConditions } from '../shared/lifeline.ts';
import { wait, waitAbout } from '../shared/wait.ts';
import { serve } from './http-server.ts';
import type { Reply } from './http-server.ts';

const KEYS_REMEMBERED_MAX = 10_000;
const DECLINED_SHARE = 0.004;
const BUSY_ANSWER_MS = 45;
const SPREAD = 0.08;

let provider = ordinaryConditions.provider;
onConditions((conditions) => {
  ({ provider } = conditions);
});

const seen = new Set<string>();

export function serveProvider(): void {
  serve('api.stripe.test', async ({ headers }) => {
    const key = String(headers['idempotency-key']);
    if (Math.random() < provider.busyShare) return busy();
    const isFirst = !seen.has(key);
    remember(key);
    if (isFirst && Math.random() < provider.unansweredShare) return undefined;
    await waitAbout(isFirst ? provider.answerMs : provider.repeatedAnswerMs, SPREAD);
    if (isFirst && Math.random() < DECLINED_SHARE)
      return { status: 402, body: { error: 'declined' } };
    return { status: 200, body: { id: `ch_${randomUUID().slice(0, 8)}`, status: 'succeeded' } };
  });
}

async function busy(): Promise<Reply> {
  await wait(BUSY_ANSWER_MS);
  return { status: 503, body: { error: 'busy', message: 'Too many requests at the moment.' } };
}

function remember(key: string): void {
  if (seen.size >= KEYS_REMEMBERED_MAX) seen.clear();
  seen.add(key);
}
