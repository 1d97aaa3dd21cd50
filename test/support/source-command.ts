// A command of the program, run from its source to its end.

import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Ran } from './cli.ts';

const MAIN = resolve(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
/** None of the commands under test runs for longer by itself. */
const PATIENCE_MS = 60_000;

export function sourceCommand(args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    const options = { cwd: tmpdir(), timeout: PATIENCE_MS };
    const child = execFile(process.execPath, [MAIN, ...args], options, (_error, out, err) =>
      done({ code: child.exitCode, out, err }),
    );
  });
}
