// Where the demo's package is: beside this one (the repository, or installed by hand), else fetched once into DIR/demo.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../base/app-error.ts';

const NAME = '@throughline/demo';
/** What is downloaded at the first use, PostgreSQL being most of it. */
const SIZE_TEXT = 'about 60 MB';
const TICK_MS = 5_000;

export interface FindOptions {
  readonly dataDirectory: string;
  /** What to fetch, e.g. `@throughline/demo@0.1.0` or a tarball. */
  readonly specifier: string;
  readonly progress: (text: string) => void;
}

/** @returns the URL to import. Throws AppError `DEMO_FETCH_FAILED`. */
export async function findDemoPackage(options: FindOptions): Promise<string> {
  const beside = resolveFrom(import.meta.filename);
  if (beside !== undefined) return beside;
  const folder = join(options.dataDirectory, 'demo', 'package');
  const anchor = join(folder, 'package.json');
  const fetched = resolveFrom(anchor);
  if (fetched !== undefined) return fetched;
  mkdirSync(folder, { recursive: true });
  if (!existsSync(anchor)) {
    writeFileSync(
      anchor,
      JSON.stringify({ name: 'throughline-demo-host', private: true, type: 'module' }),
    );
  }
  await fetchPackage(folder, options);
  const found = resolveFrom(anchor);
  if (found === undefined) throw fetchFailed(`npm installed nothing that is named ${NAME}`);
  return found;
}

function resolveFrom(anchor: string): string | undefined {
  try {
    return pathToFileURL(createRequire(anchor).resolve(NAME)).href;
  } catch {
    return undefined;
  }
}

function fetchPackage(folder: string, { specifier, progress }: FindOptions): Promise<void> {
  progress(`the demo is fetched once from npm (${SIZE_TEXT}) into ${dirname(folder)}`);
  const started = Date.now();
  const tick = setInterval(() => {
    progress(`fetching the demo: ${Math.round((Date.now() - started) / 1000)} s`);
  }, TICK_MS);
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', specifier];
  return new Promise<void>((resolve, reject) => {
    const npm = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    npm.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    npm.once('error', () => reject(fetchFailed('npm is not on the PATH')));
    npm.once('close', (code) =>
      code === 0 ? resolve() : reject(fetchFailed(said.trim().split('\n')[0] ?? '')),
    );
  }).finally(() => clearInterval(tick));
}

const fetchFailed = (why: string): AppError =>
  new AppError('DEMO_FETCH_FAILED', {
    message: `the demo could not be fetched: ${why}; install it by hand with "npm install ${NAME}", or start without --demo`,
    retryable: true,
  });
