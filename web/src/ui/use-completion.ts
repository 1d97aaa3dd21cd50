// What may stand at the cursor of a filter text, asked from the server while the reader types.

import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { CompletionAnswer } from '../../../src/api/contract/traces.ts';
import { apiUrl } from '../lib/api/client.ts';
import { useApi } from '../lib/api/use-api.ts';

export type Signal = 'traces' | 'logs';
export type Insert = (from: number, to: number, text: string) => void;

const WAIT_MS = 120;

export interface CompletionState {
  readonly open: boolean;
  readonly answer: CompletionAnswer | null;
  /** The answer with the marked key in place: its values and what it means. */
  readonly preview: CompletionAnswer | null;
  readonly marked: number;
  readonly mark: (at: number) => void;
  readonly close: () => void;
  readonly moveTo: (cursor: number, typed?: boolean) => void;
  readonly attach: (field: HTMLTextAreaElement | null) => void;
  /** True when the key was used. */
  readonly onKey: (event: KeyboardEvent, insert: Insert) => boolean;
}

export function useCompletion(
  signal: Signal,
  text: string,
  range: { readonly from: string; readonly to: string },
  focused: boolean,
): CompletionState {
  const [cursor, setCursor] = useState(text.length);
  const [wanted, setWanted] = useState(false);
  const [marked, setMarked] = useState(0);
  const field = useRef<HTMLTextAreaElement | null>(null);
  const settled = useSettled(text, cursor);
  const asking = focused && wanted;
  const { data } = useApi<CompletionAnswer>(
    asking
      ? apiUrl('/complete', { signal, ...range, q: settled.text, cursor: settled.cursor })
      : null,
  );
  const item = data?.items[marked];
  const previewText =
    data !== null && item !== undefined && data.expects === 'key'
      ? settled.text.slice(0, data.replace.from) + item.insert
      : null;
  const preview = useApi<CompletionAnswer>(
    asking && previewText !== null
      ? apiUrl('/complete', { signal, ...range, q: previewText, cursor: previewText.length })
      : null,
  );
  const moveTo = useCallback((next: number, typed = true) => {
    setCursor(next);
    if (!typed) return;
    setWanted(true);
    setMarked(0);
  }, []);
  const close = useCallback(() => setWanted(false), []);
  const attach = useCallback((element: HTMLTextAreaElement | null) => {
    field.current = element;
  }, []);
  const open = asking && data !== null && data.items.length > 0;
  const onKey = useCallback(
    (event: KeyboardEvent, insert: Insert): boolean => {
      if (event.key === 'Escape' && open) {
        close();
      } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !open) {
        setWanted(true);
      } else if (event.key === 'ArrowDown' && data !== null) {
        setMarked((at) => Math.min(at + 1, data.items.length - 1));
      } else if (event.key === 'ArrowUp') {
        setMarked((at) => Math.max(at - 1, 0));
      } else if (event.key === 'Tab' && !event.shiftKey && open && item !== undefined) {
        insert(data.replace.from, data.replace.to, `${item.insert} `);
      } else return false;
      event.preventDefault();
      return true;
    },
    [open, data, item, close],
  );
  return useMemo(
    () => ({
      open,
      answer: data,
      preview: preview.data ?? data,
      marked,
      mark: setMarked,
      close,
      moveTo,
      attach,
      onKey,
    }),
    [open, data, preview.data, marked, close, moveTo, attach, onKey],
  );
}

/** Text and cursor once the reader pauses. */
function useSettled(text: string, cursor: number): { text: string; cursor: number } {
  const [settled, setSettled] = useState({ text, cursor });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ text, cursor }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text, cursor]);
  return settled;
}
