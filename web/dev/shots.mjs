// Pictures of the built UI on fixtures: node web/dev/shots.mjs OUT [name…]. Dark and light, 1440 and 420 px wide.
// Fails on any error in the console, so a violation of the content security policy does not pass unseen.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as vite from 'vite';
import { openBrowser } from '../../tools/scripts/browser.mjs';

const CHECKOUT = '4f1c09be2d7a4c1f9e0b5a8c7d6e3f21';
const RANGE = 'from=2026-11-12T13:31:00Z&to=2026-11-12T14:31:00Z';
const PAGES = {
  trace: `/trace/${CHECKOUT}?${RANGE}`,
  'trace-table': `/trace/${CHECKOUT}?${RANGE}&view=table`,
  'trace-logs': `/trace/${CHECKOUT}?${RANGE}&view=logs`,
  'trace-events': `/trace/${CHECKOUT}?${RANGE}&view=events`,
  'trace-panel': `/trace/${CHECKOUT}?${RANGE}&span=dc4d79050000002a`,
  'trace-missing': `/trace/00000000000000000000000000000001`,
  'trace-big': '/trace/b16f100000',
  home: '/',
  'home-endpoints': '/?view=endpoints',
  traces: `/traces?${RANGE}`,
  logs: `/logs?${RANGE}&line=fixture-0`,
  'logs-live': '/logs?live=1',
  'logs-around': `/logs?${RANGE}&around=fixture-400`,
  metrics: `/metrics?${RANGE}&metric=http.client.request.duration&by=server.address`,
  'metrics-many': `/metrics?${RANGE}&metric=cart.sessions&by=shard`,
  pipelines: '/pipelines',
  'traces-area': `/traces?${RANGE}&q=name+%3D+"POST+/checkout"`,
};

const [out = '/tmp/throughline-shots', ...names] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
process.env.THROUGHLINE_WEB_PORT ??= '5199';
const port = Number(process.env.THROUGHLINE_WEB_PORT);
const server = await vite.preview({ root: join(import.meta.dirname, '..'), logLevel: 'error' });
const opened = await openBrowser();
let failures = 0;
try {
  for (const width of [1440, 420])
    for (const theme of ['dark', 'light']) {
      const page = await opened.browser.newPage({
        viewport: { width, height: 900 },
        colorScheme: theme,
      });
      page.on('console', (message) => {
        if (message.type() !== 'error' || message.text().includes('404')) return;
        failures += 1;
        process.stderr.write(`${message.text()}\n`);
      });
      page.on('pageerror', (error) => {
        failures += 1;
        process.stderr.write(`${error.stack ?? error.message}\n`);
      });
      for (const [name, path] of Object.entries(PAGES)) {
        if (names.length > 0 && !names.includes(name)) continue;
        await page.goto(`http://localhost:${port}${path}`);
        await page.waitForSelector('main:not([aria-busy="true"])', { timeout: 15_000 });
        await page.waitForTimeout(250);
        await page.screenshot({
          path: join(out, `${name}-${theme}${width === 1440 ? '' : '-420'}.png`),
        });
      }
      await page.close();
    }
} finally {
  await opened.close();
  await server.close();
}
process.exitCode = failures === 0 ? 0 : 1;
