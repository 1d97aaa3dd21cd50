// Telemetry is text: nothing in it becomes markup, script or a link that acts.

import { expect, test } from './fixtures.ts';
import { eventually } from '../support/server.ts';
import type { TraceAnswer } from '../../src/api/contract/traces.ts';

const EVIL = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
const TRACE = 'e1'.repeat(16);

test('no attribute of a span can run script', async ({ server, quietPage: page }) => {
  const now = BigInt(Date.now()) * 1_000_000n;
  const text = (value: string) => ({ stringValue: value });
  const attributes = [
    { key: EVIL, value: text(EVIL) },
    { key: 'url.full', value: text('javascript:window.pwned=1') },
    { key: 'db.query.text', value: text(EVIL) },
  ];
  const span = {
    traceId: TRACE,
    spanId: 'ab'.repeat(8),
    name: EVIL,
    kind: 2,
    startTimeUnixNano: `${now}`,
    endTimeUnixNano: `${now + 5_000_000n}`,
    attributes,
    events: [
      {
        timeUnixNano: `${now}`,
        name: 'exception',
        attributes: [{ key: 'exception.message', value: text(EVIL) }],
      },
    ],
    status: { code: 2, message: EVIL },
  };
  const resource = { attributes: [{ key: 'service.name', value: text(EVIL) }] };
  const sent = await fetch(`${server.otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }),
  });
  expect(sent.status).toBe(200);
  await eventually(
    () => server.api<TraceAnswer>(`/trace/${TRACE}`).catch(() => undefined),
    (answer) => answer !== undefined,
  );
  for (const path of ['/', '/traces', `/trace/${TRACE}`]) {
    await page.goto(`${server.url}${path}`);
    await expect(page.locator('main')).not.toHaveAttribute('aria-busy', 'true');
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('img[src="x"], script:not([src])').count()).toBe(0);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
  }
});

test('the page forbids inline script and other hosts', async ({ server }) => {
  const { headers } = await fetch(server.url);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe-inline');
  expect(headers.get('cache-control')).toBe('no-store');
});
