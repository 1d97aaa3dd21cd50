// What a page's main thread works for each frame, from Chrome's own tracing. All of its work counts from one frame to the
// next: script, style, layout, paint, handing over to the compositor and collecting garbage. In CPU time of the thread,
// so that a busy machine does not change it.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU (trace event format)

import type { Browser, Page } from '@playwright/test';

const CATEGORIES = [
  '-*',
  '__metadata',
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'devtools.timeline.frame',
];

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs */
  readonly ts: number;
  readonly dur?: number;
  /** CPU time of the thread, µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface Frames {
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** The frames of `page` while `work` goes on; nothing else of the browser may draw meanwhile. */
export async function traceFrames(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<Frames> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const costs = frameCosts(traceEvents).sort((a, b) => a - b);
  const at = (share: number): number => costs[Math.floor((costs.length - 1) * share)] ?? 0;
  return { count: costs.length, p50Ms: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}

/** ms of work for each frame of the busiest page. */
function frameCosts(events: readonly TraceEvent[]): number[] {
  const threads = events
    .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
    .map((thread) =>
      events
        .filter(({ pid, tid }) => pid === thread.pid && tid === thread.tid)
        .sort((a, b) => a.ts - b.ts),
    );
  const costs = threads.map(costsOf);
  return costs.reduce((most, one) => (one.length > most.length ? one : most), []);
}

function costsOf(events: readonly TraceEvent[]): number[] {
  const costs: number[] = [];
  let work = 0;
  let task: { readonly end: number; readonly cost: number; drew: boolean } | undefined;
  const close = (): void => {
    if (task === undefined) return;
    work += task.cost;
    if (task.drew) {
      costs.push(work / 1000);
      work = 0;
    }
    task = undefined;
  };
  for (const { name, ts, dur = 0, tdur } of events) {
    if (task !== undefined && ts >= task.end) close();
    if (name === 'RunTask' && task === undefined)
      task = { end: ts + dur, cost: tdur ?? dur, drew: false };
    if (name === 'BeginMainThreadFrame' && task !== undefined) task.drew = true;
  }
  close();
  return costs;
}
