// Compiles the column writer's AssemblyScript to dist/store/writer/columns.wasm.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './shell.mjs';

const entry = join(root, 'src/store/writer/assembly/index.ts');
if (existsSync(entry)) {
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
  await run(
    process.execPath,
    [
      asc,
      entry,
      '--config',
      join(root, 'src/store/writer/assembly/asconfig.json'),
      '--target',
      'release',
    ],
    'compiling WebAssembly',
  );
}
