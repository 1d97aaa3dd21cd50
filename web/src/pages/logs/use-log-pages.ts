// The found lines, page after page as the reader scrolls. The lines of the last search stay while the next one loads.
// What was loaded is kept for the way back from a trace: the page shown last is shown again as it was.

import { useCallback, useMemo, useState } from 'react';
import type { LogRow, LogsAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl, type QueryValue } from '../../lib/api/client.ts';
import { useApi, type Query } from '../../lib/api/use-api.ts';
import { learnServices } from '../../lib/service/registry.ts';

const PAGE_LINES = 200;

export interface Loaded {
  /** The address of the first page. */
  readonly base: string;
  readonly pages: readonly LogsAnswer[];
  /** Addresses of the pages. */
  readonly urls: readonly string[];
}

export interface LogPages {
  readonly query: Query<LogsAnswer>;
  readonly loaded: Loaded | null;
  readonly rows: readonly LogRow[];
  readonly more: () => void;
}

export function useLogPages(
  params: Readonly<Record<string, QueryValue>>,
  kept: Loaded | null,
): LogPages {
  const base = apiUrl('/logs', { ...params, limit: PAGE_LINES });
  const [loaded, setLoaded] = useState<Loaded | null>(kept);
  const [cursor, setCursor] = useState<{ base: string; url: string } | null>(null);
  const wanted = cursor?.base === base ? cursor.url : base;
  const have = loaded?.base === base && loaded.urls.includes(wanted);
  const query = useApi<LogsAnswer>(have && kept !== null && loaded === kept ? null : wanted);
  if (query.data !== null && query.dataUrl === wanted && !have) {
    learnServices(query.data.rows.map((row) => row.service));
    const before = loaded?.base === base ? loaded : { pages: [], urls: [] };
    setLoaded({
      base,
      pages: [...before.pages, query.data],
      urls: [...before.urls, wanted],
    });
  }
  const next = loaded?.base === base ? loaded.pages.at(-1)?.page.nextCursor : null;
  const more = useCallback(() => {
    if (next === null || next === undefined) return;
    setCursor({ base, url: `${base}&cursor=${encodeURIComponent(next)}` });
  }, [base, next]);
  const rows = useMemo(() => (loaded?.pages ?? []).flatMap((page) => page.rows), [loaded]);
  return { query, loaded, rows, more };
}

/** What the page looked like when it was left. */
export interface Left {
  readonly search: string;
  readonly range: { readonly from: string; readonly to: string };
  readonly loaded: Loaded;
  readonly scrollPx: number;
  readonly atMs: number;
}

/** Older pictures are of no use: new lines have come. */
const KEEP_MS = 10 * 60_000;
let left: Left | null = null;

export function leave(page: Left): void {
  left = page;
}

export function recall(search: string): Left | null {
  return left !== null && left.search === search && Date.now() - left.atMs < KEEP_MS ? left : null;
}
