// The flags of the Collector's commands, and the configuration they name, read and checked.

import { runsInContainer } from '../app/addresses.ts';
import { COMPONENTS } from '../app/components.ts';
import { err, ok, type Result } from '../base/result.ts';
import { loadDocument, type Loaded } from '../config/load.ts';
import { renderProblems, type Emphasis } from '../config/render.ts';
import { processHost } from '../config/resolve/host.ts';
import { list } from '../config/settings/declare.ts';
import type { Terminal } from './command.ts';
import { paint, type Style } from './output.ts';

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
  values: { readonly config: readonly string[]; readonly set: readonly string[] },
  positionals: readonly string[],
  errors: readonly string[],
): Result<ConfigArguments, readonly string[]> {
  const uris = [...values.config, ...positionals];
  if (errors.length > 0) return err(errors);
  return uris.length === 0
    ? err(['at least one --config is needed: --config=collector.yaml'])
    : ok({ uris, sets: values.set });
}

const STYLES: Readonly<Record<Emphasis, Style>> = {
  error: 'red',
  warning: 'yellow',
  token: 'cyan',
  place: 'bold',
};

export function sayProblems({ errors, warnings }: Loaded, terminal: Terminal): void {
  const problems = [...errors, ...warnings];
  if (problems.length === 0) return;
  const text = renderProblems(problems, (emphasis, part) =>
    paint(terminal, STYLES[emphasis], part),
  );
  terminal.error(`${text}\n`);
}

/** Reads and checks; what is wrong is in the result. */
export function loadFromTerminal(
  { uris, sets }: ConfigArguments,
  terminal: Terminal,
): Promise<Loaded> {
  return loadDocument({
    uris,
    sets,
    host: processHost(terminal.env, terminal.cwd),
    catalogue: COMPONENTS,
    inContainer: runsInContainer(),
  });
}

export const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
