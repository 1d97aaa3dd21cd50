// Builds columns.wasm for tests that run from the source, when it is missing or older than its source.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wasm = new URL('../../../../dist/store/writer/columns.wasm', import.meta.url);
const assembly = new URL('../assembly/', import.meta.url);
const script = new URL('../../../../tools/scripts/build-wasm.mjs', import.meta.url);

export function ensureWasm(): void {
  const builtAt = existsSync(wasm) ? statSync(wasm).mtimeMs : 0;
  const changedAt = readdirSync(assembly).map((name) => statSync(new URL(name, assembly)).mtimeMs);
  if (builtAt > Math.max(...changedAt)) return;
  execFileSync(process.execPath, [fileURLToPath(script)]);
}
