// Makes a clone ready to run: installs what is missing, builds what is stale, and says what it does.
// Plain JavaScript, and nothing but Node's own modules: it runs before anything is installed, also on an older Node.
// Usage: node tools/scripts/prepare.mjs start|test|build

import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { isFresh, stamp } from './stamp.mjs';
import { root, run, say } from './shell.mjs';
import { removeStaleOutput } from './stale-output.mjs';

const goal = process.argv[2] ?? 'build';

await ensureInstalled();

const bin = (name) => join(root, 'node_modules', '.bin', name);
const node = bin('node');
const script = (path) => [node, [join(root, path)]];

async function compile() {
  for (const project of ['src', 'examples/checkout']) removeStaleOutput(project);
  await run(bin('tsc'), ['-b', 'src', 'examples/checkout'], 'compiling TypeScript');
}

async function step(name, inputs, outputs, command, args) {
  const absolute = outputs.map((path) => (isAbsolute(path) ? path : join(root, path)));
  if (isFresh(name, inputs) && absolute.every((path) => existsSync(path))) return;
  await run(command, args, name);
  stamp(name, inputs);
}

async function build() {
  await compile();
  await step(
    'building WebAssembly',
    [
      'src/otlp/check/assembly',
      'src/store/writer/assembly',
      'tools/scripts/build-wasm.mjs',
      'package-lock.json',
    ],
    ['dist/otlp/check/walk.wasm', 'dist/store/writer/columns.wasm'],
    ...script('tools/scripts/build-wasm.mjs'),
  );
  await step(
    'building the web interface',
    ['web', 'src/api/contract', 'src/query/traces/filter', 'package-lock.json'],
    ['dist/web/index.html'],
    node,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn', join(root, 'web')],
  );
}

if (!['start', 'test', 'build'].includes(goal)) {
  say(`unknown goal ${goal}; it is start, test or build`);
  process.exit(2);
}
await build();
