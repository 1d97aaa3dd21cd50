// `throughline validate`: everything that is wrong with a configuration, at once, with the place and the remedy.
// Exit codes as upstream: 0 when it can run, warnings or not, else 1.

import type { Command } from '../command.ts';
import {
  configSettings,
  countOf,
  loadFromTerminal,
  readConfigArguments,
} from '../collector-config.ts';

export const validate: Command = {
  name: 'validate',
  usage: '--config FILE',
  summary: 'Checks a Collector configuration and names every mistake with its line.',
  examples: [
    ['throughline validate --config collector.yaml', 'all errors and warnings'],
    ['throughline validate base.yaml prod.yaml', 'two files, the second over the first'],
  ],
  settings: configSettings,
  run: async (words, terminal) => {
    const input = readConfigArguments(words, terminal.env);
    if (!input.ok) {
      for (const problem of input.error) terminal.error(`throughline validate: ${problem}\n`);
      return 1;
    }
    const { document, errors, warnings } = await loadFromTerminal(input.value, terminal);
    const counts = [
      ...(errors.length > 0 ? [countOf(errors.length, 'error')] : []),
      ...(warnings.length > 0 ? [countOf(warnings.length, 'warning')] : []),
    ].join(', ');
    if (document === undefined) {
      terminal.error(`throughline validate: ${counts}\n`);
      return 1;
    }
    terminal.out(`valid${counts === '' ? '' : `, ${counts}`}\n`);
    return 0;
  },
};
