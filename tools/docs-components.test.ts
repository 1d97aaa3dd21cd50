// docs/components is made from the declarations: `UPDATE_DOCS=1 npx vitest run --project tidy` writes it.

import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { COMPONENTS } from '../src/app/components.ts';
import {
  referenceIndex,
  referencePage,
  untoldFields,
} from '../src/config/derive/reference-page.ts';

const FOLDER = 'docs/components';
const UPDATE = process.env['UPDATE_DOCS'] === '1';

const pages = new Map<string, string>([
  ['README.md', referenceIndex(COMPONENTS)],
  ...COMPONENTS.map((entry) => [`${entry.kind}s/${entry.type}.md`, referencePage(entry)] as const),
]);

it.each([...pages])('docs/components/%s says what the declaration says', (name, page) => {
  const path = join(FOLDER, name);
  if (UPDATE) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, page);
  }
  expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(page);
});

it.each(COMPONENTS.map((entry) => [`${entry.kind} ${entry.type}`, entry] as const))(
  '%s says what each field does',
  (_name, entry) => {
    expect(untoldFields(entry)).toEqual([]);
  },
);

it('there is no page of a component that is gone', () => {
  const stray = globSync('**/*.*', { cwd: FOLDER }).filter((path) => !pages.has(path));
  if (UPDATE) for (const path of stray) rmSync(join(FOLDER, path));
  expect(UPDATE ? [] : stray).toEqual([]);
});
