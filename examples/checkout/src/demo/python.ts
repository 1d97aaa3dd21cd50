// The Python of the user-service: an environment of its own with pinned packages, made once. Whatever keeps it from
// being made is a reason to go without the service, not to stop.

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment } from './environment.ts';
import { LastLines } from './last-lines.ts';

const DOWNLOAD_MB = 30;
const TELL_EVERY_MS = 3_000;

const run = promisify(execFile);
const requirementsFile = fileURLToPath(
  new URL('../../user-service/requirements.txt', import.meta.url),
);

export type PythonAnswer =
  | { readonly kind: 'ready'; readonly python: string }
  | { readonly kind: 'missing'; readonly reason: string };

export async function preparePython(
  directory: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<PythonAnswer> {
  const system = process.env['PYTHON'] ?? 'python3';
  const version = await versionOf(system);
  if (version === undefined) return missing('there is no Python 3 on this machine');
  if (!isRecent(version)) return missing(`Python ${version} is older than 3.10`);
  const python = join(directory, 'bin', 'python');
  const stampFile = join(directory, 'throughline-stamp');
  try {
    const wanted = await stampOf(version);
    const found = await readFile(stampFile, 'utf8').catch(() => '');
    if (found === wanted && (await versionOf(python)) !== undefined) {
      return { kind: 'ready', python };
    }
    await make(system, directory, tell, signal);
    await writeFile(stampFile, wanted);
    return { kind: 'ready', python };
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error));
  }
}

/** `3.11.7` from `Python 3.11.7`. */
export function parseVersion(text: string): string | undefined {
  return /^Python (\d+\.\d+\.\d+)/.exec(text)?.[1];
}

export function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= 10;
}

async function versionOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ['--version']);
    return parseVersion(stdout);
  } catch {
    return undefined;
  }
}

async function stampOf(version: string): Promise<string> {
  const requirements = await readFile(requirementsFile);
  return `${version} ${createHash('sha256').update(requirements).digest('hex')}\n`;
}

async function make(
  system: string,
  directory: string,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  tell(`user-service: making a Python environment, once (about ${DOWNLOAD_MB} MB to download)`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await runStep(system, ['-m', 'venv', directory], signal);
  const packages = new Set<string>();
  const timer = setInterval(() => {
    tell(`user-service: installing Python packages, ${packages.size} so far`);
  }, TELL_EVERY_MS);
  try {
    const flags = [
      '--disable-pip-version-check',
      '--no-input',
      '--no-cache-dir',
      '--progress-bar=off',
    ];
    const pip = ['-m', 'pip', 'install', ...flags, '-r', requirementsFile];
    await runStep(join(directory, 'bin', 'python'), pip, signal, (line) => {
      const name = /^Collecting (\S+?)[=<>! (]/.exec(`${line} `)?.[1];
      if (name !== undefined) packages.add(name);
    });
  } finally {
    clearInterval(timer);
  }
}

function runStep(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const said = new LastLines(onLine);
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: cleanEnvironment({}),
      signal,
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => said.write(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => said.write(text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${args.slice(0, 2).join(' ')} failed: ${said.text().slice(-400)}`));
    });
  });
}

const missing = (reason: string): PythonAnswer => ({ kind: 'missing', reason });
