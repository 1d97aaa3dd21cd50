// The built command, run to its end.

import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');
/** None of the commands under test runs for longer by itself. */
const PATIENCE_MS = 60_000;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: Uint8Array | string;
}

export function throughline(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((done) => {
    const child = execFile(
      NODE,
      [MAIN, ...args],
      {
        cwd: options.cwd ?? tmpdir(),
        env: { ...process.env, ...options.env },
        timeout: PATIENCE_MS,
        maxBuffer: 256 << 20,
      },
      (_error, out, err) => done({ code: child.exitCode, out, err }),
    );
    child.stdin?.end(options.input);
  });
}
