// Server-sent events with resume. The stream is open only while somebody looks: a hidden tab closes it and a visible
// one opens it again where it stopped (`lastEventId` in the address, since a new EventSource sends no header of its own).

import { absolute } from './client.ts';

export interface EventsOptions {
  readonly url: string;
  readonly event: string;
  onMessage(data: string): void;
  onState?(state: 'open' | 'lost' | 'paused'): void;
}

const RETRY_MS = 3000;

/** Starts listening; the result stops it for good. */
export function listen(options: EventsOptions): () => void {
  let source: EventSource | null = null;
  let lastId = '';
  let retry: ReturnType<typeof setTimeout> | undefined;

  const open = (): void => {
    if (source !== null || document.hidden) return;
    const address = new URL(absolute(options.url));
    if (lastId !== '') address.searchParams.set('lastEventId', lastId);
    const stream = new EventSource(address);
    source = stream;
    stream.addEventListener('open', () => options.onState?.('open'));
    stream.addEventListener(options.event, (message: MessageEvent<string>) => {
      if (message.lastEventId !== '') lastId = message.lastEventId;
      options.onMessage(message.data);
    });
    stream.addEventListener('error', () => {
      options.onState?.('lost');
      // The browser retries by itself unless the answer was an error; then we do.
      if (stream.readyState !== EventSource.CLOSED || source !== stream) return;
      close();
      retry = setTimeout(open, RETRY_MS);
    });
  };
  const close = (): void => {
    clearTimeout(retry);
    source?.close();
    source = null;
  };
  const onVisibility = (): void => {
    if (document.hidden) {
      close();
      options.onState?.('paused');
    } else open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
