// The flags of the Collector's commands, and the configuration they name, read and checked.

import { runsInContainer } from '../app/addresses.ts';
import { COMPONENTS } from '../app/components.ts';
import { err, ok, type Result } from '../base/result.ts';
import { loadDocument, type Loaded } from '../config/load.ts';
import { renderProblems } from '../config/render.ts';
import { processHost } from '../config/resolve/host.ts';
import { list } from '../config/settings/declare.ts';
import { resolveSettings } from '../config/settings/resolve.ts';
import type { Terminal } from './command.ts';

const GROUP = 'Configuration';

export const configSettings = {
  config: list({
    group: GROUP,
    text: 'File, or env:NAME, yaml:TEXT, http://…; given again, the later one is put over the earlier.',
  }),
  set: list({ group: GROUP, text: 'One value over all files: --set=processors.batch.timeout=2s.' }),
  featureGates: list({ group: GROUP, text: 'Accepted as upstream; there are none here.' }),
};

export interface ConfigArguments {
  readonly uris: readonly string[];
  readonly sets: readonly string[];
}

/** Words that are no flags are files too. */
export function readConfigArguments(
  words: readonly string[],
  env: Terminal['env'],
): Result<ConfigArguments, readonly string[]> {
  const { values, positionals, errors } = resolveSettings(configSettings, { argv: words, env });
  const uris = [...values.config, ...positionals];
  if (errors.length > 0) return err(errors);
  return uris.length === 0
    ? err(['at least one --config is needed: --config=collector.yaml'])
    : ok({ uris, sets: values.set });
}

/** Reads and checks; says what is wrong on the error stream. */
export async function loadFromTerminal(
  { uris, sets }: ConfigArguments,
  terminal: Terminal,
): Promise<Loaded> {
  const loaded = await loadDocument({
    uris,
    sets,
    host: processHost(terminal.env, terminal.cwd),
    catalogue: COMPONENTS,
    inContainer: runsInContainer(),
  });
  const problems = [...loaded.errors, ...loaded.warnings];
  if (problems.length > 0) terminal.error(`${renderProblems(problems)}\n`);
  return loaded;
}

export const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
