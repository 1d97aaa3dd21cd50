// Small helpers of the set-up scripts: where the repository is, progress on stderr, child processes that end with us.

import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const quiet = process.env.npm_config_loglevel === 'silent';
const TICK_MS = 5_000;
const KILL_AFTER_MS = 1_000;

export function say(text) {
  if (!quiet) process.stderr.write(`throughline: ${text}\n`);
}

/** Runs a command to its end; what it prints is shown only when it fails. Says every 5 s that it is still at it. */
export function run(command, args, what, options = {}) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    const tick = setInterval(() => say(`${what}: ${seconds()} s`), TICK_MS);
    const stop = (signal) => {
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(tick);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      if (code === 0) {
        if (seconds() >= 2) say(`${what}: done in ${seconds()} s`);
        return resolve();
      }
      process.stderr.write(Buffer.concat(output));
      say(`${what} failed (${signal ?? `exit code ${code}`})`);
      process.exit(code ?? 130);
    });
  });
}
