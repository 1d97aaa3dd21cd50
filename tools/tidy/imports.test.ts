// Imports go down only, and never in circles.

import { expect, it } from 'vitest';
import { ALLOWED, IMPORT_EXCEPTIONS, SIBLINGS_APART } from './layers.ts';
import { importsOf, isTest, sourceFiles } from './source-files.ts';

const layers = Object.keys(ALLOWED).sort((a, b) => b.length - a.length);

const layerOf = (path: string): string | undefined =>
  layers.find((layer) => path === layer || path.startsWith(`${layer}/`));

const product = sourceFiles.filter(({ path }) => !isTest(path) && layerOf(path) !== undefined);

function mayImport(file: string, target: string): boolean {
  if (IMPORT_EXCEPTIONS.some((e) => e.file === file && e.imports === target)) return true;
  const from = layerOf(file);
  const to = layerOf(target);
  if (from === undefined || to === undefined) return false;
  if (from === to) return siblingsApart(file, target);
  return (ALLOWED[from] ?? []).some((layer) => target === layer || target.startsWith(`${layer}/`));
}

function siblingsApart(file: string, target: string): boolean {
  const parent = SIBLINGS_APART.find((folder) => file.startsWith(`${folder}/`));
  if (parent === undefined) return true;
  const folderOf = (path: string) => path.slice(parent.length + 1).split('/')[0];
  return folderOf(file) === folderOf(target);
}

it('every product file lies in a layer', () => {
  const stray = sourceFiles.filter(
    ({ path }) => path.startsWith('src/') && layerOf(path) === undefined,
  );
  expect(stray.map(({ path }) => path)).toEqual([]);
});

it('imports go down only', () => {
  const broken = product.flatMap((file) =>
    importsOf(file)
      .filter((target) => !mayImport(file.path, target))
      .map((target) => `${file.path} imports ${target}`),
  );
  expect(broken).toEqual([]);
});

it('exceptions are still needed', () => {
  const stale = IMPORT_EXCEPTIONS.filter(
    (e) => !product.some((f) => f.path === e.file && importsOf(f).includes(e.imports)),
  );
  expect(stale).toEqual([]);
});

it('no import cycles', () => {
  const edges = new Map(product.map((file) => [file.path, importsOf(file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    if (done.has(path)) return;
    done.add(path);
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
  };
  for (const path of edges.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});
