// Builds our WebAssembly modules for tests that run from the source, when one is missing or older than its source.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string): URL => new URL(`../../../${path}`, import.meta.url);

/** As in tools/scripts/build-wasm.mjs. */
const MODULES = [
  { source: at('src/otlp/check/assembly/'), output: at('dist/otlp/check/walk.wasm') },
  { source: at('src/store/writer/assembly/'), output: at('dist/store/writer/columns.wasm') },
];

const changedAt = (url: URL): number => (existsSync(url) ? statSync(url).mtimeMs : 0);

export function ensureWasm(): void {
  const isFresh = MODULES.every(({ source, output }) => {
    const sources = readdirSync(source).map((name) => changedAt(new URL(name, source)));
    return changedAt(output) > Math.max(...sources);
  });
  if (!isFresh) execFileSync(process.execPath, [fileURLToPath(at('tools/scripts/build-wasm.mjs'))]);
}
