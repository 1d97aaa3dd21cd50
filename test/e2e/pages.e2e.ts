// Every page, in both themes and widths: opens, says something, complains of nothing, and passes axe.

import { AxeBuilder } from '@axe-core/playwright';
import { eventually } from '../support/server.ts';
import type { TracesAnswer } from '../../src/api/contract/traces.ts';
import { expect, test } from './fixtures.ts';

const PAGES = ['/', '/traces', '/logs', '/metrics', '/pipelines', '/trace/SLOWEST'];
const LOOKS = [
  { colorScheme: 'dark', width: 1440 },
  { colorScheme: 'light', width: 1440 },
  { colorScheme: 'dark', width: 420 },
  { colorScheme: 'light', width: 420 },
] as const;

for (const which of ['demo', 'empty'] as const) {
  for (const path of PAGES) {
    if (which === 'empty' && path.includes('SLOWEST')) continue;
    test(`${which}: ${path}`, async ({ server, demoServer, quietPage: page }) => {
      const { url, api } = which === 'demo' ? demoServer : server;
      let address = `${url}${path}`;
      if (path.includes('SLOWEST')) {
        const { rows } = await eventually(
          () => api<TracesAnswer>('/traces?sort=duration&limit=1'),
          (answer) => answer.rows.length > 0,
        );
        address = `${url}/trace/${rows[0]?.traceId ?? ''}`;
      }
      for (const { colorScheme, width } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        const main = page.locator('main');
        await expect(main).not.toHaveAttribute('aria-busy', 'true');
        await expect(main).not.toBeEmpty();
        const sideways = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(sideways, `${colorScheme} ${width}: the page scrolls sideways`).toBeLessThanOrEqual(
          0,
        );
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
        expect(found, `${colorScheme} ${width}`).toEqual([]);
      }
    });
  }
}
