// The pipelines as they are now: the program's state every second, the accounting every other second, while the tab is
// looked at. The last answer stays when the server does not answer.

import { useEffect, useState } from 'react';
import type { PipelinesAnswer, StatusAnswer } from '../../../../src/api/contract/status.ts';
import { ApiFailure, apiUrl, getJson } from '../../lib/api/client.ts';
import { useStatus } from '../../lib/api/status.ts';
import { noted, type Reading } from './meter.ts';

const EVERY_MS = 2_000;

export interface Pipelines {
  readonly answer: PipelinesAnswer | null;
  readonly status: StatusAnswer | null;
  readonly connected: boolean;
  readonly failure: ApiFailure | null;
  readonly readings: readonly Reading[];
  readonly retry: () => void;
}

interface Known {
  readonly answer: PipelinesAnswer | null;
  readonly failure: ApiFailure | null;
  readonly readings: readonly Reading[];
}

const NOTHING: Known = { answer: null, failure: null, readings: [] };

export function usePipelines(): Pipelines {
  const { status, connected } = useStatus();
  const [known, setKnown] = useState<Known>(NOTHING);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const control = new AbortController();
    let busy = false;
    const ask = (): void => {
      if (busy || document.hidden) return;
      busy = true;
      getJson<PipelinesAnswer>(apiUrl('/pipelines'), control.signal)
        .then((answer) =>
          setKnown((before) => ({
            answer,
            failure: null,
            readings: noted(before.readings, readingOf(answer)),
          })),
        )
        .catch((error: unknown) => {
          if (control.signal.aborted || !(error instanceof ApiFailure)) return;
          setKnown((before) => ({ ...before, failure: error }));
        })
        .finally(() => {
          busy = false;
        });
    };
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      clearInterval(timer);
      control.abort();
    };
  }, [turn]);
  return {
    ...known,
    status: status ?? known.answer?.status ?? null,
    connected,
    retry: () => setTurn((before) => before + 1),
  };
}

export const peerKey = (row: { peer: string; signal: string; transport: string }): string =>
  `${row.signal} ${row.transport} ${row.peer}`;

export const storeKey = (signal: string): string => `stored ${signal}`;

function readingOf({ peers, status }: PipelinesAnswer): Reading {
  const counts: Record<string, number> = {};
  for (const row of peers) counts[peerKey(row)] = row.received;
  for (const [signal, { stored }] of Object.entries(status.signals))
    counts[storeKey(signal)] = stored;
  return { atMs: Date.now(), counts };
}
