// The published article's files. They are not part of the repository: the folder is looked for beside it, or where
// ARTICLE_DIR says.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['ARTICLE_DIR'] ?? join(import.meta.dirname, '../../../shared/article');

/** Tests that need the files are skipped without them; test/skips.md has the line. */
export const hasArticle = existsSync(folder);

/** The Collector's configuration, untouched. */
export const articleConfigPath = join(folder, 'otel-collector-config.yaml');

export const articleConfig = (): string => readFileSync(articleConfigPath, 'utf8');

/** Another of its files, by name. */
export const articleFile = (name: string): string => readFileSync(join(folder, name), 'utf8');
