// A trace of 100,000 spans in a real browser: opening it, scrolling through it, finding in it. The built program, its
// store and the browser share the machine, as they do on a developer's desk.
//
// First rows: from the start of the navigation, nothing cached, to the first frame with rows of the waterfall. Frames:
// what the page's main thread works for one frame (bench/support/frames.ts). DOM nodes: the most that were seen.
//
//   node bench/cases/ui.ts [spans]      (needs the built program: npm run build)

import type { Browser, Page } from '@playwright/test';
import type { TraceAnswer } from '../../src/api/contract/traces.ts';
import { eventually, startServer, type TestServer } from '../../test/support/server.ts';
import { openBrowser } from '../../tools/scripts/browser.mjs';
import { makeLargeTrace } from '../generate/large-trace.ts';
import { type Frames, traceFrames } from '../support/frames.ts';
import { report, type Result } from '../support/report.ts';
import { sendAll } from '../support/send.ts';

const OPENINGS = 7;
const VIEW = { width: 1440, height: 900 } as const;
const SCROLL_PX_PER_S = 5000;
const SCROLL_PX = 20_000;
/** Found in a fifth of all spans. */
const FOUND = 'UPDATE';
const STEPS = 40;
/** Everything unfolded: thousands of rows, not the few that folding leaves. */
const UNFOLDED = '?fold=0';

const FRAME_HOLD_MS = 8;
const NODES_HOLD = 3000;

async function benchUi(spans: number): Promise<boolean> {
  const server = await startServer();
  const opened = await openBrowser();
  try {
    const id = await storeTrace(server, spans);
    const url = `${server.url}/trace/${id}`;
    const rows = await openings(opened.browser, url);
    return report('ui', [
      { work: 'first rows, median', value: rows.median, unit: 'ms', hold: 1500 },
      { work: '  the slowest', value: rows.slowest, unit: 'ms' },
      ...(await workThrough(opened.browser, url + UNFOLDED, spans)),
      ...(await answerOf(server, id)),
    ]);
  } finally {
    await opened.close();
    await server.stop();
  }
}

/** Sends the trace and waits until it is stored and its pass is done. */
async function storeTrace(server: TestServer, spans: number): Promise<string> {
  const trace = makeLargeTrace(spans, BigInt(Date.now() - 1_200_000) * 1_000_000n);
  await sendAll(server.ports.otlpHttp, 'traces', trace.requests, undefined);
  const id = Buffer.from(trace.traceId).toString('hex');
  await eventually(
    () =>
      server.api<TraceAnswer>(`/trace/${id}`).then(
        (answer) => (answer.revision === 0 ? 0 : answer.spans.count),
        () => 0,
      ),
    (stored) => stored === spans,
    180_000,
  );
  return id;
}

/** Opens the page anew each time, without anything kept from before; the first is not counted: it starts the engine's reading. */
async function openings(
  browser: Browser,
  url: string,
): Promise<{ readonly median: number; readonly slowest: number }> {
  const times: number[] = [];
  for (let at = 0; at <= OPENINGS; at++) {
    const page = await newPage(browser);
    await page.goto(url);
    const time = await rowsAt(page);
    if (at > 0) times.push(time);
    await page.close();
  }
  times.sort((a, b) => a - b);
  return { median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
}

async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEW });
  await page.addInitScript(() => {
    const look = (): void => {
      if (document.querySelector('.rows [role="row"]') === null) requestAnimationFrame(look);
      // The frame with the rows is on the screen when the next one begins.
      else requestAnimationFrame(() => performance.mark('rows'));
    };
    requestAnimationFrame(look);
  });
  return page;
}

/** ms from the start of the navigation. */
async function rowsAt(page: Page): Promise<number> {
  await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0);
  return page.evaluate(() => performance.getEntriesByName('rows')[0]?.startTime ?? Number.NaN);
}

async function workThrough(browser: Browser, url: string, spans: number): Promise<Result[]> {
  const page = await newPage(browser);
  await page.goto(url);
  await rowsAt(page);
  const rows = Number(await page.locator('[role="treegrid"]').getAttribute('aria-rowcount'));
  let nodes = 0;
  const countNodes = async (): Promise<void> => {
    nodes = Math.max(nodes, await page.evaluate(() => document.querySelectorAll('*').length));
  };
  await countNodes();
  const scroll = await traceFrames(browser, page, async () => {
    for (const turn of [-1, -1, 1]) {
      await scrollBy(page, turn * SCROLL_PX);
      await countNodes();
    }
  });
  const box = page.getByPlaceholder('Find in');
  const find = await traceFrames(browser, page, async () => {
    await box.pressSequentially(FOUND, { delay: 80 });
    await page.getByText(/of [\d,]{3,}$/).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await countNodes();
    await page.locator('[role="row"][aria-selected]').focus();
    for (let step = 0; step < STEPS; step++) await page.keyboard.press('n', { delay: 40 });
  });
  await countNodes();
  const memory = await page.evaluate(() =>
    'memory' in performance
      ? (performance.memory as { readonly usedJSHeapSize: number }).usedJSHeapSize
      : Number.NaN,
  );
  if (rows < spans / 100) throw new Error(`only ${rows} rows to scroll through`);
  await page.close();
  return [
    ...figures(`scrolling through ${rows.toLocaleString('en-US')} rows`, scroll),
    ...figures('finding, and stepping through what was found', find),
    { work: 'DOM nodes, at most', value: nodes, unit: '', hold: NODES_HOLD },
    { work: 'heap of the page', value: memory / 1e6, unit: 'MB' },
  ];
}

const figures = (work: string, frames: Frames): Result[] => [
  { work: `${work}: a frame, p95`, value: frames.p95Ms, unit: 'ms', hold: FRAME_HOLD_MS },
  { work: `  median of ${frames.count}`, value: frames.p50Ms, unit: 'ms' },
  { work: '  the longest', value: frames.worstMs, unit: 'ms' },
];

/** As a mouse wheel that is turned steadily. */
async function scrollBy(page: Page, px: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Input.synthesizeScrollGesture', {
    x: VIEW.width / 2,
    y: VIEW.height - 200,
    yDistance: px,
    speed: SCROLL_PX_PER_S,
    gestureSourceType: 'mouse',
  });
  await session.detach();
}

async function answerOf(server: TestServer, id: string): Promise<Result[]> {
  const url = `${server.url}/api/throughline/v1/trace/${id}`;
  const startedAt = performance.now();
  const text = await (await fetch(url, { headers: { 'accept-encoding': 'identity' } })).text();
  const ms = performance.now() - startedAt;
  return [
    { work: 'answer', value: text.length / 1e6, unit: 'MB' },
    { work: '  made and read in', value: ms, unit: 'ms' },
  ];
}

process.exitCode = (await benchUi(Number(process.argv[2] ?? '100000'))) ? 0 : 1;
