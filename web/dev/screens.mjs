// The pictures of docs/screens: every page of a running server with the demo, dark and light, 1440 and 420 px wide.
//
//   node web/dev/screens.mjs http://127.0.0.1:16686 docs/screens
//
// Start the demo some minutes before, on a machine that has nothing else to do: a busy one is what the pictures show.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../../tools/scripts/browser.mjs';

const [base = 'http://127.0.0.1:16686', out = 'docs/screens'] = process.argv.slice(2);
const RANGE = 'from=now-15m';
const METRIC = 'metric=http.client.request.duration&by=server.address';

/** A slow checkout, the article's case: two attempts at the payment provider. */
async function slowCheckout() {
  const q = encodeURIComponent('endpoint = "POST /checkout"');
  const url = `${base}/api/throughline/v1/traces?${RANGE}&q=${q}&sort=duration&order=desc&limit=50`;
  const { rows } = await (await fetch(url)).json();
  const found = rows.find(({ verdict }) => verdict.includes('attempts')) ?? rows[0];
  if (found === undefined) throw new Error('The demo has no checkout yet: wait a minute.');
  return found.traceId;
}

const trace = await slowCheckout();
const pages = {
  home: `/?${RANGE}`,
  traces: `/traces?${RANGE}`,
  trace: `/trace/${trace}`,
  logs: `/logs?${RANGE}`,
  metrics: `/metrics?${RANGE}&${METRIC}`,
  pipelines: '/pipelines',
};

mkdirSync(out, { recursive: true });
const opened = await openBrowser();
try {
  for (const width of [1440, 420])
    for (const colorScheme of ['dark', 'light']) {
      const page = await opened.browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(base + path);
        await page.waitForSelector('main:not([aria-busy="true"])', { timeout: 30_000 });
        // Rates on the page are of the last seconds: they need two of them.
        await page.waitForTimeout(2500);
        const size = width === 1440 ? '' : '-420';
        await page.screenshot({ path: join(out, `${name}-${colorScheme}${size}.png`) });
      }
      await page.close();
    }
} finally {
  await opened.close();
}
