// Accessibility by machine: node web/dev/axe.mjs [name…] (after a build). Every page and state of the fixtures in both themes
// and at both widths; prints each finding and fails when there is one.

import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import * as vite from 'vite';
import { openBrowser } from '../../tools/scripts/browser.mjs';

const CHECKOUT = '/trace/4f1c09be2d7a4c1f9e0b5a8c7d6e3f21';
const RANGE = 'from=2026-11-12T13:31:00Z&to=2026-11-12T14:31:00Z';
const STATES = [
  { name: 'home', path: '/' },
  { name: 'home endpoints', path: '/?view=endpoints' },
  { name: 'home operations', path: '/?view=operations' },
  { name: 'first run', path: '/', fixture: 'first-run' },
  { name: 'demo', path: '/', fixture: 'demo' },
  { name: 'traces', path: `/traces?${RANGE}` },
  { name: 'traces as table', path: `/traces?${RANGE}&table=1` },
  { name: 'traces empty', path: `/traces?${RANGE}&q=eu-9` },
  { name: 'traces wrong', path: `/traces?${RANGE}&q=duration+%3E+1+sek` },
  { name: 'trace', path: `${CHECKOUT}?${RANGE}` },
  { name: 'trace selected', path: `${CHECKOUT}?${RANGE}&span=dc4d79050000002a&panel=events` },
  { name: 'trace table', path: `${CHECKOUT}?${RANGE}&view=table` },
  { name: 'trace logs', path: `${CHECKOUT}?${RANGE}&view=logs` },
  { name: 'trace events', path: `${CHECKOUT}?${RANGE}&view=events` },
  { name: 'trace of one part', path: `${CHECKOUT}?${RANGE}&part=2` },
  { name: 'trace missing', path: '/trace/00000000000000000000000000000001' },
  { name: 'logs', path: `/logs?${RANGE}` },
  { name: 'logs line', path: `/logs?${RANGE}&line=fixture-0` },
  { name: 'logs line without trace', path: `/logs?${RANGE}&line=fixture-5` },
  { name: 'logs live', path: '/logs?live=1' },
  { name: 'logs as table', path: `/logs?${RANGE}&table=1&wrap=1&levels=warn` },
  { name: 'logs around', path: `/logs?${RANGE}&around=fixture-400` },
  { name: 'logs of a trace', path: `/logs?${RANGE}&trace=4f1c09be2d7a4c1f9e0b5a8c7d6e3f21` },
  { name: 'logs empty', path: `/logs?${RANGE}&q=payment.region+%3D+eu-9` },
  { name: 'logs never', path: '/logs', fixture: 'first-run' },
  { name: 'metrics', path: `/metrics?${RANGE}` },
  { name: 'metrics as table', path: `/metrics?${RANGE}&table=1` },
  { name: 'metrics many', path: `/metrics?${RANGE}&metric=cart.sessions&by=shard` },
  { name: 'metrics wrong', path: `/metrics?${RANGE}&filter=x+%3E+1+sek` },
  { name: 'metrics never', path: '/metrics', fixture: 'first-run' },
  { name: 'pipelines', path: '/pipelines' },
  { name: 'pipelines first run', path: '/pipelines', fixture: 'first-run' },
  { name: 'pipelines graph', path: '/pipelines', fixture: 'graph' },
  { name: 'pipelines graph metrics', path: '/pipelines?pipeline=metrics', fixture: 'graph' },
  { name: 'pipelines graph none', path: '/pipelines?pipeline=logs', fixture: 'graph' },
  {
    name: 'pipelines graph node',
    path: '/pipelines?node=exporter:traces/otlp_grpc/partner',
    fixture: 'graph',
  },
  { name: 'keys', path: `/traces?${RANGE}`, press: '?' },
  { name: 'jump', path: `/traces?${RANGE}`, press: 'Control+k' },
  { name: 'range', path: `/traces?${RANGE}`, press: 'd' },
];

const names = process.argv.slice(2);
const states = names.length === 0 ? STATES : STATES.filter(({ name }) => names.includes(name));
process.env.THROUGHLINE_WEB_PORT ??= '5195';
const port = Number(process.env.THROUGHLINE_WEB_PORT);
const server = await vite.preview({ root: join(import.meta.dirname, '..'), logLevel: 'error' });
const opened = await openBrowser();
let found = 0;
try {
  for (const width of [1440, 420])
    for (const colorScheme of ['dark', 'light']) {
      // axe runs as a script of the page; the policy would refuse it.
      const context = await opened.browser.newContext({
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      const page = await context.newPage();
      for (const state of states) {
        process.env.THROUGHLINE_FIXTURE = state.fixture ?? 'busy';
        await page.goto(`http://localhost:${port}${state.path}`);
        await page.waitForSelector('main:not([aria-busy="true"])', { timeout: 30_000 });
        await page.waitForTimeout(300);
        if (state.press !== undefined) await page.keyboard.press(state.press);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        for (const violation of violations) {
          found += 1;
          const nodes = violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160));
          process.stdout.write(
            `${state.name} ${colorScheme} ${width}: ${violation.id} (${violation.impact}) ×${violation.nodes.length}\n  ${nodes.join('\n  ')}\n`,
          );
        }
      }
      await context.close();
    }
} finally {
  await opened.close();
  await server.close();
}
process.stdout.write(found === 0 ? 'axe finds nothing\n' : `${found} findings\n`);
process.exitCode = found === 0 ? 0 : 1;
