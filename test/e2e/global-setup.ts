// Finds or unpacks the browser once, before workers start; they get its path in the environment.

import { browserPath } from '../../tools/scripts/browser.mjs';

export default async function globalSetup(): Promise<void> {
  process.env['CHROMIUM_PATH'] = await browserPath();
}
