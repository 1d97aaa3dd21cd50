// The whole promise: the shop runs, its slow checkout is on the screen and in the terminal, with the cause by name.

import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TraceAnswer, TracesAnswer } from '../../src/api/contract/traces.ts';
import { eventually, type TestServer } from '../support/server.ts';
import { expect, test } from './fixtures.ts';

const CHECKOUT = encodeURIComponent('endpoint = "POST /checkout"');
/** From the start to the first slow checkout in the list, installation aside. */
const SEEN_WITHIN_MS = 90_000;
const ROOT = resolve(import.meta.dirname, '..', '..');

test.describe.configure({ mode: 'serial' });

/** The slowest checkout whose answer names what it waited for. */
async function slowCheckout(server: TestServer): Promise<string> {
  const { rows } = await eventually(
    () => server.api<TracesAnswer>(`/traces?sort=duration&limit=10&q=${CHECKOUT}`),
    (answer) => answer.rows.some((row) => row.verdict.includes('api.stripe.test')),
    SEEN_WITHIN_MS,
  );
  return rows.find((row) => row.verdict.includes('api.stripe.test'))?.traceId ?? '';
}

test('the slowest checkout names the payment provider', async ({ demoServer, quietPage: page }) => {
  test.setTimeout(SEEN_WITHIN_MS + 60_000);
  const id = await slowCheckout(demoServer);
  await page.goto(`${demoServer.url}/traces?q=${CHECKOUT}`);
  const row = page.getByRole('row').filter({ hasText: 'api.stripe.test' }).first();
  await expect(row).toBeVisible();
  await page.goto(`${demoServer.url}/trace/${id}`);
  await expect(page.locator('main')).toContainText('payment-service waiting on api.stripe.test');
  await expect(page.getByRole('treegrid')).toContainText('api.stripe.test');
});

test('one trace crosses all services, and its parts sum to its duration', async ({
  demoServer,
}) => {
  const trace = await demoServer.api<TraceAnswer>(`/trace/${await slowCheckout(demoServer)}`);
  const names = trace.spans.services.map(({ name }) => name);
  for (const name of [
    'api-gateway',
    'order-service',
    'payment-service',
    'inventory-service',
    'postgresql',
  ]) {
    expect(names).toContain(name);
  }
  const sum = trace.parts.reduce((total, part) => total + part.nanos, 0);
  expect(sum).toBe(trace.duration);
  expect(trace.verdict.culprit?.peer).toBe('api.stripe.test');
  expect(trace.logs).toBeGreaterThan(0);
});

test('throughline why prints the annotated tree and one sentence', async ({ demoServer }) => {
  const run = promisify(execFile);
  const args = [
    join(ROOT, 'dist/cli/main.js'),
    'why',
    'POST /checkout',
    '--server',
    demoServer.url,
  ];
  const { stdout } = await run(join(ROOT, 'node_modules/.bin/node'), args).catch(
    (error: { code: number; stdout: string }) => {
      if (error.code !== 1) throw error; // 1: there is a finding
      return error;
    },
  );
  expect(stdout).toMatch(/\[[\d.]+ s\] POST \/checkout\s+\(api-gateway\)/);
  expect(stdout).toMatch(/\(api\.stripe\.test\).*<-- root cause/);
  expect(stdout).toMatch(
    /[\d.]+ of [\d.]+ s \(\d+ %\) is payment-service waiting on api\.stripe\.test/,
  );
});

test('the scenario is switched on the page', async ({ demoServer, quietPage: page }) => {
  await page.goto(demoServer.url);
  await page.getByLabel('Scenario').selectOption('healthy');
  await eventually(
    () => demoServer.api<{ scenario: string }>('/demo'),
    (demo) => demo.scenario === 'healthy',
  );
  await page.getByLabel('Scenario').selectOption('slow-payment');
});
