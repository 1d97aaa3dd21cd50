// `throughline print-config`: the configuration in effect. Modes, formats and flags as upstream's command.

import { printConfig } from '../../config/derive/print-config.ts';
import { choice } from '../../config/settings/declare.ts';
import { resolveSettings } from '../../config/settings/resolve.ts';
import {
  configSettings,
  loadFromTerminal,
  readConfigArguments,
  sayProblems,
} from '../collector-config.ts';
import type { Command } from '../command.ts';

const GROUP = 'Output';

const settings = {
  ...configSettings,
  mode: choice({
    group: GROUP,
    text: 'redacted: with all defaults, without secrets. unredacted: as written, references filled in.',
    default: 'redacted',
    of: ['redacted', 'unredacted'],
  }),
  format: choice({ group: GROUP, text: 'Form.', default: 'yaml', of: ['yaml', 'json'] }),
};

export const printConfigCommand: Command = {
  name: 'print-config',
  usage: '--config FILE',
  summary: 'Prints the configuration in effect, with defaults.',
  examples: [
    ['throughline print-config --config collector.yaml', 'secrets left out'],
    ['throughline print-config --mode unredacted --format json c.yaml', 'as resolved'],
  ],
  settings,
  run: async (words, terminal) => {
    const { values, positionals, errors } = resolveSettings(settings, {
      argv: words,
      env: terminal.env,
    });
    const input = readConfigArguments(values, positionals, errors);
    if (!input.ok) {
      for (const problem of input.error) terminal.error(`throughline print-config: ${problem}\n`);
      return 1;
    }
    const loaded = await loadFromTerminal(input.value, terminal);
    sayProblems(loaded, terminal);
    const { document } = loaded;
    if (document === undefined) return 1;
    terminal.out(printConfig(document, values.mode, values.format));
    return 0;
  },
};
