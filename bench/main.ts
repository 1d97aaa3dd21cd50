// npm run bench -- CASE [arguments]: ingest, query, ui, or a part alone. Figures are CPU-seconds where it can be: the
// cores are shared, wall time is not stable.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'cases');
const [name = '', ...rest] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);

if (name === '' || !existsSync(file)) {
  const names = readdirSync(folder).map((entry) => entry.replace(/\.ts$/, ''));
  console.error(`usage: npm run bench -- CASE\ncases: ${names.sort().join(', ')}`);
  process.exitCode = 2;
} else {
  process.argv.splice(1, process.argv.length - 1, file, ...rest); // a case runs when it is what was called
  await import(`./cases/${name}.ts`);
}
