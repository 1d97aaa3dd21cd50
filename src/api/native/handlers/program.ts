// What the program says about itself: status, pipelines, live events, and the demo's scenario.

import { setTimeout as delay } from 'node:timers/promises';
import { badRequest, notFound } from '../../../net/http-error.ts';
import type { HttpReply, HttpRequest } from '../../../net/http-message.ts';
import { type SseEvent, sseReply } from '../../../net/sse.ts';
import type { DemoState, PipelinesAnswer, StatusAnswer } from '../../contract/status.ts';
import type { NativeContext } from '../context.ts';

const STATUS_EVERY_MS = 1_000;

export const getStatus = (context: NativeContext): StatusAnswer => context.program.status();

export const getPipelines = (context: NativeContext): PipelinesAnswer => ({
  ...context.program.pipelines(),
  status: context.program.status(),
});

/** Event `status` every second while somebody looks. */
export const getEvents = (context: NativeContext, request: HttpRequest): HttpReply =>
  sseReply(request, ({ signal }) => statusEvents(context, signal));

async function* statusEvents(
  context: NativeContext,
  signal: AbortSignal,
): AsyncGenerator<SseEvent> {
  while (!signal.aborted) {
    yield { event: 'status', data: context.program.status() };
    await delay(STATUS_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

const noDemo = (): Error => notFound('No demo runs. Start one with throughline --demo.');

export function getDemo(context: NativeContext): DemoState {
  const { demo } = context.program;
  if (demo === undefined) throw noDemo();
  return demo.state();
}

export async function postDemo(context: NativeContext, request: HttpRequest): Promise<DemoState> {
  const { demo } = context.program;
  if (demo === undefined) throw noDemo();
  const body = await request.json();
  const scenario =
    typeof body === 'object' && body !== null && 'scenario' in body ? body.scenario : undefined;
  if (typeof scenario !== 'string') {
    throw badRequest('The body is {"scenario": "healthy"}, with the name of a scenario.');
  }
  return await demo.choose(scenario);
}
