// Every error code is documented, and every documented one exists.

import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isTest, sourceFiles } from './source-files.ts';

const CODE =
  /new AppError\(\s*'([A-Z][A-Z0-9_]+)'|code: '([A-Z][A-Z0-9]+_[A-Z0-9_]+)'|_CODE = '([A-Z][A-Z0-9_]+)'/g;

const inCode = new Set(
  sourceFiles
    .filter(({ path }) => path.startsWith('src/') && !isTest(path))
    .flatMap(({ text }) => [...text.matchAll(CODE)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
    .filter((code) => !code.startsWith('ERR_')), // Node's own
);

const documented = new Set(
  existsSync('docs/errors.md')
    ? [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `?([A-Z][A-Z0-9_]+)`? \|/gm)].map(
        ([, code = '']) => code,
      )
    : [],
);

it('every code is in docs/errors.md', () => {
  expect([...inCode].filter((code) => !documented.has(code))).toEqual([]);
});

it('every code of docs/errors.md exists', () => {
  const all = sourceFiles
    .filter(({ path }) => path.startsWith('src/') || path.startsWith('web/src/'))
    .map(({ text }) => text)
    .join('\n');
  expect([...documented].filter((code) => !all.includes(`'${code}'`))).toEqual([]);
});
