// docs/settings.md is made from the declarations: `UPDATE_DOCS=1 npx vitest run --project tidy` writes it.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serverSettings } from '../src/app/settings.ts';
import { referenceFor } from '../src/config/settings/help.ts';

const PATH = 'docs/settings.md';

const page = `# Settings

Each is a flag, an environment variable, and a name in the settings file (\`throughline.yaml\`, the flag without its dashes). The flag wins over the variable, the variable over the file. Sizes are bytes or have a unit (\`512MiB\`, \`20GiB\`), times have one (\`500ms\`, \`14d\`).

${referenceFor(serverSettings)}
`;

it('docs/settings.md says what the program takes', () => {
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PATH, page);
  expect(existsSync(PATH) ? readFileSync(PATH, 'utf8') : '').toBe(page);
});
