// Targets in files, YAML or JSON: lists of {targets, labels}. A file that cannot be read keeps the targets it had, as
// Prometheus does.
// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decode, list, map, object, string } from '../../../config/schema.ts';
import { parseYaml } from '../../../config/yaml/parse-yaml.ts';
import { Source } from '../../../config/source.ts';
import type { TargetGroup } from './targets.ts';

const groups = list(object({ targets: list(string()), labels: map(string()) }));

interface Known {
  readonly changedMs: number;
  readonly size: number;
  readonly groups: readonly TargetGroup[];
}

export class FileDiscovery {
  readonly #patterns: readonly string[];
  readonly #warn: (message: string) => void;
  readonly #files = new Map<string, Known>();

  constructor(patterns: readonly string[], warn: (message: string) => void) {
    this.#patterns = patterns;
    this.#warn = warn;
  }

  /** Reads what has changed. */
  async groups(): Promise<readonly TargetGroup[]> {
    const paths = new Set((await Promise.all(this.#patterns.map(filesOf))).flat());
    for (const path of this.#files.keys()) if (!paths.has(path)) this.#files.delete(path);
    for (const path of paths) await this.#read(path);
    return [...this.#files.values()].flatMap((known) => known.groups);
  }

  async #read(path: string): Promise<void> {
    const before = this.#files.get(path);
    try {
      const { mtimeMs, size } = await stat(path);
      if (before?.changedMs === mtimeMs && before.size === size) return;
      const found = parseGroups(path, await readFile(path, 'utf8'));
      this.#files.set(path, { changedMs: mtimeMs, size, groups: found });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warn(`targets of ${path} cannot be read (${reason}); those of before stay`);
    }
  }
}

function parseGroups(path: string, text: string): TargetGroup[] {
  const parsed = parseYaml(new Source(path, text));
  if (parsed.node === undefined) throw new Error(parsed.problems[0]?.message ?? 'it is no YAML');
  const { config, errors } = decode(groups, parsed.node);
  const [problem] = errors;
  if (problem !== undefined) throw new Error(problem.message);
  return (config ?? []).map(({ targets, labels }) => ({
    targets,
    labels: { ...labels, __meta_filepath: path },
  }));
}

/** Only the last part of a pattern may have `*`. */
async function filesOf(pattern: string): Promise<string[]> {
  const name = basename(pattern);
  if (!name.includes('*')) return [resolve(pattern)];
  const folder = dirname(resolve(pattern));
  const source = name.replace(/[\\^$.|+?()[\]{}]/g, '\\$&').replaceAll('*', '.*');
  const fits = new RegExp(`^${source}$`);
  const names = await readdir(folder).catch(() => []);
  return names.filter((one) => fits.test(one)).map((one) => join(folder, one));
}
