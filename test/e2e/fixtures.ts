// Servers for end-to-end tests, one a worker: with the demo, and empty.

import { join, resolve } from 'node:path';
import { test as base, type Page } from '@playwright/test';
import { startServer, type TestServer } from '../support/server.ts';

interface WorkerFixtures {
  /** Empty; tests send what they need. */
  readonly server: TestServer;
  /** With the shop open. */
  readonly demoServer: TestServer;
}

interface TestFixtures {
  /** Fails the test when the page logs an error or throws. */
  readonly quietPage: Page;
}

const PYTHON = join(resolve(import.meta.dirname, '..', '..'), '.cache', 'demo-python');

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  demoServer: [
    async ({}, use) => {
      const server = await startServer({
        args: ['--demo'],
        env: { THROUGHLINE_DEMO_PYTHON: PYTHON },
      });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  quietPage: async ({ page }, use) => {
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    await use(page);
    if (said.length > 0) throw new Error(`the page complained: ${said.join('\n')}`);
  },
});

export { expect } from '@playwright/test';
