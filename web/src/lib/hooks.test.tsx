import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listen } from './api/events.ts';
import { ApiFailure, apiUrl, getJson } from './api/client.ts';
import { useApi, type Query } from './api/use-api.ts';
import { useKeys, type KeyMap } from './keyboard.ts';
import { changeSettings } from './settings.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

let host: HTMLElement;
let root: Root;
beforeEach(() => {
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
});
afterEach(() => {
  act(() => root.unmount());
  host.remove();
  vi.unstubAllGlobals();
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useRealTimers();
});

interface Call {
  readonly url: string;
  readonly signal: AbortSignal | null;
  answer(body: unknown, status?: number): void;
}

/** A server whose answers come when the test says so. */
function stubFetch(): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    calls.push({
      url,
      signal: init.signal ?? null,
      answer: (body, status = 200) => resolve(new Response(JSON.stringify(body), { status })),
    });
    return promise;
  });
  return calls;
}

describe('a query of a view', () => {
  let query: Query<{ n: number }>;
  function Probe({ url }: { url: string | null }) {
    query = useApi<{ n: number }>(url);
    return null;
  }
  const show = (url: string | null): void => act(() => root.render(<Probe url={url} />));
  const settle = async (): Promise<void> =>
    act(async () => new Promise((resolve) => setTimeout(resolve, 5)));

  test('keeps the previous answer while the next loads, and aborts what it no longer needs', async () => {
    const calls = stubFetch();
    show('a');
    expect(query).toMatchObject({ loading: true, data: null });
    calls[0]?.answer({ n: 1 });
    await settle();
    expect(query).toMatchObject({ loading: false, data: { n: 1 }, dataUrl: 'a' });
    show('b');
    expect(query).toMatchObject({ loading: true, data: { n: 1 }, dataUrl: 'a' });
    show('c');
    expect(calls[1]?.signal?.aborted).toBe(true);
    calls[2]?.answer({ n: 3 });
    await settle();
    expect(query).toMatchObject({ data: { n: 3 }, dataUrl: 'c' });
  });

  test('is slow after a second, and can be cancelled', () => {
    vi.useFakeTimers();
    const calls = stubFetch();
    show('a');
    expect(query.slow).toBe(false);
    act(() => {
      vi.advanceTimersByTime(1001);
    });
    expect(query.slow).toBe(true);
    act(() => query.cancel());
    expect(calls[0]?.signal?.aborted).toBe(true);
    expect(query).toMatchObject({ loading: false, slow: false, cancelled: true });
  });

  test('a failure carries the code, the last answer stays, retry asks again', async () => {
    const calls = stubFetch();
    show('a');
    calls[0]?.answer({ n: 1 });
    await settle();
    show('b');
    calls[1]?.answer({ error: { code: 'FILTER_SYNTAX', message: 'no', retryable: false } }, 400);
    await settle();
    expect(query.failure?.error.code).toBe('FILTER_SYNTAX');
    expect(query.data).toEqual({ n: 1 });
    act(() => query.retry());
    calls[2]?.answer({ n: 2 });
    await settle();
    expect(query).toMatchObject({ failure: null, data: { n: 2 } });
  });
});

describe('calls', () => {
  test('addresses leave out what has no value', () => {
    expect(apiUrl('/traces', { q: '', area: null, limit: 5, cursor: undefined })).toBe(
      'api/throughline/v1/traces?limit=5',
    );
  });

  test.each([
    ['no server', () => Promise.reject(new TypeError('failed')), 'WEB_UNREACHABLE'],
    [
      'a proxy’s page',
      () => Promise.resolve(new Response('<html>', { status: 502 })),
      'WEB_HTTP_ERROR',
    ],
  ])('%s is a failure with a code', async (_, fetch, code) => {
    vi.stubGlobal('fetch', fetch);
    await expect(getJson('x')).rejects.toSatisfy(
      (error) => error instanceof ApiFailure && error.error.code === code,
    );
  });
});

describe('events', () => {
  test('close while the tab is hidden and go on where they stopped', () => {
    const opened: string[] = [];
    const sources: FakeSource[] = [];
    class FakeSource extends EventTarget {
      static readonly CLOSED = 2;
      closed = false;
      constructor(url: URL) {
        super();
        opened.push(url.search);
        sources.push(this);
      }
      close(): void {
        this.closed = true;
      }
    }
    vi.stubGlobal('EventSource', FakeSource);
    const hide = (hidden: boolean): void => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    const got: string[] = [];
    const stop = listen({ url: 'events', event: 'status', onMessage: (data) => got.push(data) });
    sources[0]?.dispatchEvent(new MessageEvent('status', { data: 'one', lastEventId: '7' }));
    hide(true);
    expect(sources[0]?.closed).toBe(true);
    hide(false);
    expect(opened).toEqual(['', '?lastEventId=7']);
    stop();
    expect(sources[1]?.closed).toBe(true);
    hide(true);
    hide(false);
    expect(opened).toHaveLength(2);
    expect(got).toEqual(['one']);
  });
});

describe('keys', () => {
  const pressed: string[] = [];
  function Listener({ keys }: { keys: KeyMap }) {
    useKeys(keys);
    return <input />;
  }
  const say = (what: string) => () => pressed.push(what);
  const press = (
    key: string,
    init: KeyboardEventInit = {},
    target: EventTarget = document.body,
  ): void => {
    target.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
    );
  };
  beforeEach(() => {
    pressed.length = 0;
    act(() =>
      root.render(
        <>
          <Listener
            keys={{
              c: say('page c'),
              j: say('page j'),
              'mod+k': say('jump'),
              'g t': say('traces'),
            }}
          />
          <Listener keys={{ c: say('inner c'), Escape: say('close') }} />
        </>,
      ),
    );
  });
  afterEach(() => changeSettings({ singleKeys: true }));

  test('the one shown last is asked first, what it does not know goes on', () => {
    press('c');
    press('j');
    expect(pressed).toEqual(['inner c', 'page j']);
  });

  test('single keys are off in a text field, keys with Ctrl and Escape are not', () => {
    const field = host.querySelector('input') ?? document.body;
    press('c', {}, field);
    press('k', { ctrlKey: true }, field);
    press('Escape', {}, field);
    expect(pressed).toEqual(['jump', 'close']);
  });

  test('single keys can be switched off', () => {
    changeSettings({ singleKeys: false });
    press('j');
    press('k', { metaKey: true });
    expect(pressed).toEqual(['jump']);
  });

  test('a sequence of two', () => {
    press('g');
    press('t');
    press('t');
    expect(pressed).toEqual(['traces']);
  });
});
