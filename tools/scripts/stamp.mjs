// Build stamps: a step is fresh while the hash over its inputs' paths, sizes and times stays the same.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './shell.mjs';

const folder = join(root, '.cache', 'stamps');
const file = (name) => join(folder, name.replaceAll(' ', '-'));

export function isFresh(name, inputs) {
  try {
    return readFileSync(file(name), 'utf8') === hashOf(inputs);
  } catch {
    return false;
  }
}

export function stamp(name, inputs) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file(name), hashOf(inputs));
}

function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of filesBelow(join(root, input))) {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (stat.isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .flatMap((entry) => filesBelow(join(path, entry.name)))
    .sort((a, b) => (a < b ? -1 : 1));
}
