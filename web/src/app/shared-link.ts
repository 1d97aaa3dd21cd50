// A link to share carries absolute times: "Last 1 h" is resolved when it is copied.

import { isoOf } from '../lib/format/time.ts';
import { applied } from '../lib/url/params.ts';
import { readRange, resolve } from '../lib/url/time-range.ts';

export function sharedLink(): string {
  const here = new URL(window.location.href);
  const range = readRange(here.searchParams.get('from'), here.searchParams.get('to'));
  const { fromMs, toMs } = resolve(range, Date.now());
  here.search = applied(here.search.slice(1), [
    ['from', isoOf(Math.floor(fromMs))],
    ['to', isoOf(Math.floor(toMs))],
  ]);
  return here.href;
}
