// The Pipelines page over a real configuration: one exporter works, the other side of the second does not listen.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { encode } from '../../src/otlp/objects/encode.ts';
import { startServer, temporaryFolder, type TestServer } from '../support/server.ts';
import { expect, test } from './fixtures.ts';

const CONFIG = `
receivers:
  otlp: {protocols: {http: {endpoint: "127.0.0.1:0"}}}
processors: {batch: {timeout: 100ms}}
connectors: {forward: }
exporters:
  store:
  otlp_http/partner: {endpoint: "http://127.0.0.1:1"}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [store, forward]}
    traces/partner: {receivers: [forward], exporters: [otlp_http/partner]}
`;

const folder = temporaryFolder();
let server: TestServer | undefined;
test.afterAll(async () => {
  await server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function send(to: string): Promise<number> {
  const startTimeUnixNano = BigInt(Date.now()) * 1_000_000n;
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    name: 'x',
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + 5n,
  };
  const answer = await fetch(`${to}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Uint8Array.from(
      encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    ),
  });
  return answer.status;
}

test('draws the running graph, says what is wrong, opens a component', async ({
  quietPage: page,
}) => {
  const file = join(folder, 'collector.yaml');
  writeFileSync(file, CONFIG);
  server = await startServer({ data: join(folder, 'data'), args: ['--config', file] });
  expect(await send(server.otlpUrl)).toBe(200);
  await page.goto(`${server.url}/pipelines`);
  const partner = page.getByRole('button', { name: /^otlp_http\/partner exporter/u });
  await expect(partner).toHaveAttribute('aria-label', /needs attention/u);
  await expect(page.getByRole('button', { name: /^forward connector/u })).toBeVisible();
  const wrong = page.getByRole('region', { name: 'What is wrong' });
  await expect(wrong).toContainText('nobody listens there');
  await expect(wrong).toContainText('nothing is lost');
  await partner.focus();
  await page.keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'exporter otlp_http/partner' });
  await expect(detail).toContainText('waiting');
  for (const width of [1440, 420]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(detail).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  }
  await page.keyboard.press('Escape');
  await expect(detail).toBeHidden();
});
