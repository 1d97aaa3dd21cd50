// Lines as they arrive, while live. The server sends at most 20 lines a second, once a second; so that is what is painted.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { TailEvent } from '../../../../src/api/contract/logs.ts';
import { listen } from '../../lib/api/events.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { arrived, EMPTY_TAIL, released, type TailState } from './tail-state.ts';

export interface Tail {
  readonly state: TailState;
  readonly connection: 'open' | 'lost' | 'paused' | 'connecting';
  readonly release: () => void;
}

/** @param url null: not live. @param held while true, what comes waits. */
export function useTail(url: string | null, held: boolean): Tail {
  const [state, setState] = useState<TailState>(EMPTY_TAIL);
  const [connection, setConnection] = useState<Tail['connection']>('connecting');
  const [shownUrl, setShownUrl] = useState(url);
  const holding = useRef(held);
  useEffect(() => {
    holding.current = held;
  });
  if (shownUrl !== url) {
    setShownUrl(url);
    setState(EMPTY_TAIL);
    setConnection('connecting');
  }
  useEffect(() => {
    if (url === null) return;
    return listen({
      url,
      event: 'lines',
      onMessage(data) {
        const event: TailEvent = JSON.parse(data);
        learnServices(event.rows.map((row) => row.service));
        setState((before) => arrived(before, event, Date.now(), holding.current));
      },
      onState: setConnection,
    });
  }, [url]);
  const release = useCallback(() => setState(released), []);
  return { state, connection, release };
}
