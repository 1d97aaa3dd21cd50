// The tree as text: what the tidy tests look at.

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const PATTERN = '{src,web,examples,bench,test,tools}/**/*.{ts,tsx,mjs}';
const SKIPPED = /(^|\/)(node_modules|dist|\.cache|assembly|fixtures)(\/|$)/;

export const sourceFiles: readonly SourceFile[] = globSync(PATTERN, {
  exclude: (path) => SKIPPED.test(String(path)),
})
  .filter((path) => !SKIPPED.test(path))
  .sort()
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, text, lines: text.split('\n') };
  });

export const isTest = (path: string): boolean =>
  /\.test\.tsx?$|(^|\/)suite\/|^test\/|^tools\/|^bench\//.test(path);

/** Relative imports and re-exports of a file, as paths from the root. Type imports count too: layers are about knowledge. */
export function importsOf(file: SourceFile): string[] {
  const found = file.text.matchAll(
    /^(?:import|export)\s[^;]*?from\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) =>
    normalize(join(dirname(file.path), from ?? bare ?? dynamic ?? '')),
  );
}
