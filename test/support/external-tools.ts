// Senders that are not of the Node world: Python's exporters in a virtual environment, and telemetrygen built by Go.
// Both are fetched once into .cache, at fixed versions.

import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CACHE = join(import.meta.dirname, '../../.cache');
const INSTALL_TIMEOUT_MS = 5 * 60_000;

const PYTHON_PACKAGES = [
  'opentelemetry-sdk==1.45.1',
  'opentelemetry-exporter-otlp-proto-grpc==1.45.1',
  'opentelemetry-exporter-otlp-proto-http==1.45.1',
];
const TELEMETRYGEN =
  'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@v0.161.0';

export const hasPython = await isThere('python3', ['--version']);
export const hasGo = await isThere('go', ['version']);

async function isThere(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}

/** The interpreter of an environment that has the exporters. */
export async function pythonWithExporters(): Promise<string> {
  const folder = join(CACHE, 'venv-exporters');
  const python = join(folder, 'bin/python');
  const ready = join(folder, 'ready-1.45.1');
  if (!(await exists(ready))) {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(python, [...install, ...PYTHON_PACKAGES], { timeout: INSTALL_TIMEOUT_MS });
    await writeFile(ready, '');
  }
  return python;
}

export async function telemetrygen(): Promise<string> {
  const folder = join(CACHE, 'go-bin');
  const binary = join(folder, 'telemetrygen');
  if (!(await exists(binary))) {
    await mkdir(folder, { recursive: true });
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod' };
    await run('go', ['install', TELEMETRYGEN], { env, timeout: INSTALL_TIMEOUT_MS });
  }
  return binary;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
