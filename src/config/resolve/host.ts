// What configuration reads from the world around it, so that tests can give their own.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export interface ConfigHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are relative to the working directory, as upstream. */
  readonly cwd: string;
  readFile(path: string): Promise<string>;
  fetchText(url: string): Promise<string>;
}

const FETCH_TIMEOUT_MS = 10_000;
/** A configuration is some kilobytes. */
const TEXT_BYTES_MAX = 16 * 2 ** 20;

export function processHost(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): ConfigHost {
  return {
    env,
    cwd,
    readFile: async (path) => limited(await readFile(resolve(cwd, path), 'utf8')),
    fetchText: async (url) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return limited(await answer.text());
    },
  };
}

function limited(text: string): string {
  if (text.length > TEXT_BYTES_MAX) throw new Error('it is larger than 16 MiB');
  return text;
}
