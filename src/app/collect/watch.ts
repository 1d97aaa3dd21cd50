// Tells when a configuration file changes. Editors and Kubernetes replace files rather than write them, so the folder is
// watched, and what is asked is whether the text is another one.

import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Writers often need several steps. */
const SETTLE_MS = 200;

export function watchFiles(paths: readonly string[], onChange: () => void): () => void {
  let texts = paths.map(textOf);
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = paths.map(textOf);
    if (now.every((text, at) => text === texts[at] || text === undefined)) return;
    texts = now;
    onChange();
  };
  const onEvent = (): void => {
    clearTimeout(timer);
    timer = setTimeout(look, SETTLE_MS);
  };
  const watchers: FSWatcher[] = [...new Set(paths.map(dirname))].map((folder) =>
    watch(folder, onEvent).on('error', () => undefined),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** Undefined: not there at present, as between the steps of a replacement. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
