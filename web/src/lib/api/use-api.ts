// One query of a view. The previous answer stays while the next one loads; a new address aborts the call before it,
// leaving the view aborts it too. `slow` turns true after a second: then the page says so and offers Cancel.

import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiFailure, getJson } from './client.ts';

const SLOW_AFTER_MS = 1000;

export interface Query<T> {
  readonly data: T | null;
  /** The address `data` answers; differs from the one asked while the next loads. */
  readonly dataUrl: string | null;
  readonly failure: ApiFailure | null;
  readonly loading: boolean;
  readonly slow: boolean;
  readonly cancelled: boolean;
  readonly cancel: () => void;
  readonly retry: () => void;
}

interface Settled<T> {
  /** The call that this is the end of: attempt and address. */
  readonly call: string;
  readonly data: T | null;
  readonly dataUrl: string | null;
  readonly failure: ApiFailure | null;
  readonly cancelled: boolean;
}

const NOTHING = { call: '', data: null, dataUrl: null, failure: null, cancelled: false };

/** Asks `url` (built by `apiUrl`); null asks nothing. */
export function useApi<T>(url: string | null): Query<T> {
  const [settled, setSettled] = useState<Settled<T>>(NOTHING);
  const [attempt, setAttempt] = useState(0);
  const [slowCall, setSlowCall] = useState('');
  const running = useRef<AbortController | null>(null);
  const call = `${String(attempt)} ${url ?? ''}`;

  useEffect(() => {
    if (url === null) return;
    const control = new AbortController();
    running.current = control;
    const timer = setTimeout(() => setSlowCall(call), SLOW_AFTER_MS);
    getJson<T>(url, control.signal)
      .then((data) => {
        if (control.signal.aborted) return;
        setSettled({ call, data, dataUrl: url, failure: null, cancelled: false });
      })
      .catch((error: unknown) => {
        if (control.signal.aborted) return;
        const failure =
          error instanceof ApiFailure
            ? error
            : new ApiFailure(0, {
                code: 'WEB_UNREADABLE',
                message: `The answer could not be read: ${String(error)}`,
                retryable: true,
              });
        setSettled((before) => ({ ...before, call, failure, cancelled: false }));
      })
      .finally(() => clearTimeout(timer));
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [url, call]);

  const cancel = useCallback(() => {
    running.current?.abort();
    setSettled((before) => ({ ...before, call, failure: null, cancelled: true }));
  }, [call]);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const loading = url !== null && settled.call !== call;
  return {
    data: url === null ? null : settled.data,
    dataUrl: url === null ? null : settled.dataUrl,
    failure: url === null || loading ? null : settled.failure,
    cancelled: !loading && settled.cancelled,
    loading,
    slow: loading && slowCall === call,
    cancel,
    retry,
  };
}
