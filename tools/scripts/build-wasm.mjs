// Compiles our AssemblyScript to WebAssembly under dist/: the check of requests and the column writer. Each is written
// beside its place and moved there when it is complete, so that nobody loads half of one.

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, run } from './shell.mjs';

const MODULES = [
  {
    name: 'the check of requests',
    source: 'src/otlp/check/assembly',
    output: 'dist/otlp/check/walk.wasm',
  },
  {
    name: 'the column writer',
    source: 'src/store/writer/assembly',
    output: 'dist/store/writer/columns.wasm',
  },
];

const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');

for (const { name, source, output } of MODULES) {
  const entry = join(root, source, 'index.ts');
  if (!existsSync(entry)) continue;
  const path = join(root, output);
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  const config = join(root, source, 'asconfig.json');
  await run(
    process.execPath,
    [asc, entry, '--config', config, '--target', 'release', '--outFile', unfinished],
    `compiling WebAssembly: ${name}`,
  );
  renameSync(unfinished, path);
}
