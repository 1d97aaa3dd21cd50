// Where the browser for screenshots and end-to-end tests comes from: CHROMIUM_PATH, else Playwright's own if its
// file exists, else (Linux x64) the one packed in @sparticuz/chromium. Call `browserPath()` once, before workers
// start, and hand the path on in CHROMIUM_PATH: the package returns whatever `chromium` lies in the temporary folder,
// also an older or a half-written one, so it is unpacked into a folder named by its version and renamed when whole.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export async function browserPath() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, which does not exist.`);
    return given;
  }
  const { chromium } = await import('playwright-core');
  const own = chromium.executablePath();
  if (own !== '' && existsSync(own)) return own;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No browser: run `npx playwright install chromium` or set CHROMIUM_PATH.');
  return unpacked();
}

async function unpacked() {
  const manifest = join(root, 'node_modules', '@sparticuz', 'chromium', 'package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  const home = join(root, '.cache', `chromium-${version}`);
  const ready = join(home, 'chromium');
  if (existsSync(ready)) return ready;
  mkdirSync(join(root, '.cache'), { recursive: true });
  const fresh = mkdtempSync(join(root, '.cache', 'chromium-new-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = fresh;
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    renameSync(fresh, home);
  } catch (error) {
    // Another process was faster; its copy is as good.
    if (!existsSync(ready)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  return ready;
}

/** A browser whose temporary files lie in one folder, removed by `close`. */
export async function openBrowser(options = {}) {
  const { chromium } = await import('playwright-core');
  const executablePath = await browserPath();
  const scratch = mkdtempSync(join(tmpdir(), 'throughline-browser-'));
  const browser = await chromium.launch({
    executablePath,
    env: { ...process.env, TMPDIR: scratch },
    ...options,
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
