// `tsc -b` neither removes the output of a deleted source nor restores a deleted output. When the two lists of files
// differ, the compiler's memory is removed, and outputs without a source are too.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './shell.mjs';

const LAYOUT = {
  src: { sources: 'src', output: 'dist', keep: ['web/'] },
  'examples/checkout': {
    sources: 'examples/checkout/src',
    output: 'examples/checkout/dist',
    keep: [],
  },
};

export function removeStaleOutput(project) {
  const { sources, output, keep } = LAYOUT[project];
  const outputFolder = join(root, output);
  if (!existsSync(outputFolder)) return;
  const wanted = new Set(
    filesBelow(join(root, sources), '.ts')
      .filter((path) => !/\.test\.ts$|(^|\/)(suite|assembly)\//.test(path))
      .map((path) => path.replace(/\.ts$/, '.js')),
  );
  const have = filesBelow(outputFolder, '.js').filter(
    (path) => !keep.some((start) => path.startsWith(start)),
  );
  const stale = have.filter((path) => !wanted.has(path));
  for (const path of stale) {
    for (const ending of ['.js', '.js.map', '.d.ts']) {
      rmSync(join(outputFolder, path.replace(/\.js$/, ending)), { force: true });
    }
  }
  if (stale.length > 0 || have.length - stale.length < wanted.size) {
    rmSync(join(outputFolder, 'tsconfig.tsbuildinfo'), { force: true });
  }
}

/** Paths below a folder with this ending. Runs before the pinned Node is there: nothing newer than Node 18. */
const filesBelow = (folder, ending) =>
  readdirSync(folder, { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending));
