// Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
// The browser reconnects by itself and sends the id of the last event it saw, from which the source goes on.

import type { HttpReply, HttpRequest } from './http-message.ts';

export interface SseEvent {
  /** Comes back as `lastEventId` after a reconnect. */
  readonly id?: string;
  /** Name to listen for; default `message`. */
  readonly event?: string;
  /** Made into JSON, which has no line breaks. */
  readonly data: unknown;
}

export interface SseSource {
  (options: {
    /** Undefined on the first connection. */
    readonly lastEventId: string | undefined;
    readonly signal: AbortSignal;
  }): AsyncIterable<SseEvent>;
}

/** Proxies close connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** How long the browser waits before it connects again. */
const RECONNECT_MS = 2000;

export function sseReply(request: HttpRequest, source: SseSource): HttpReply {
  const last = request.headers['last-event-id'] ?? request.query.get('lastEventId') ?? undefined;
  const lastEventId = Array.isArray(last) ? last[0] : last;
  return {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no', // nginx
    },
    body: frames(source({ lastEventId, signal: request.signal }), request.signal),
  };
}

async function* frames(
  events: AsyncIterable<SseEvent>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield `retry: ${RECONNECT_MS}\n\n`;
  const iterator = events[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (!signal.aborted) {
      const result = await nextOrSilence(next, signal);
      if (result === 'silence') {
        yield ': still here\n\n';
        continue;
      }
      if (result.done === true) return;
      yield frame(result.value);
      next = iterator.next();
    }
  } finally {
    // Not awaited: a source that waits for its next event ends by the signal.
    iterator.return?.()?.catch(() => undefined);
  }
}

/** The next event, or that there was none for a while, or that the client went away. */
async function nextOrSilence<T>(next: Promise<T>, signal: AbortSignal): Promise<T | 'silence'> {
  let end = (): void => undefined;
  const silence = new Promise<'silence'>((resolve) => {
    const timer = setTimeout(() => resolve('silence'), HEARTBEAT_MS);
    const onAbort = (): void => resolve('silence');
    signal.addEventListener('abort', onAbort, { once: true });
    end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  });
  try {
    return await Promise.race([next, silence]);
  } finally {
    end();
  }
}

function frame({ id, event, data }: SseEvent): string {
  const lines = [`data: ${JSON.stringify(data)}`];
  if (event !== undefined) lines.unshift(`event: ${oneLine(event)}`);
  if (id !== undefined) lines.unshift(`id: ${oneLine(id)}`);
  return `${lines.join('\n')}\n\n`;
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, ' ');
