// `throughline validate`: everything that is wrong with a configuration, at once, with the place and the remedy.
// Exit codes as upstream: 0 when it can run, warnings or not, else 1.

import { plainProblem } from '../../config/render.ts';
import { boolean } from '../../config/settings/declare.ts';
import { resolveSettings } from '../../config/settings/resolve.ts';
import {
  configSettings,
  countOf,
  loadFromTerminal,
  readConfigArguments,
  sayProblems,
} from '../collector-config.ts';
import type { Command } from '../command.ts';

const settings = {
  ...configSettings,
  json: boolean({
    group: 'Output',
    text: 'Problems as JSON on the standard output, for editors and pipelines.',
    default: false,
  }),
};

export const validate: Command = {
  name: 'validate',
  usage: '--config FILE',
  summary: 'Checks a Collector configuration and names every mistake with its line.',
  examples: [
    ['throughline validate --config collector.yaml', 'all errors and warnings'],
    ['throughline validate base.yaml prod.yaml', 'two files, the second over the first'],
  ],
  settings,
  run: async (words, terminal) => {
    const {
      values,
      positionals,
      errors: faults,
    } = resolveSettings(settings, {
      argv: words,
      env: terminal.env,
    });
    const input = readConfigArguments(values, positionals, faults);
    if (!input.ok) {
      for (const problem of input.error) terminal.error(`throughline validate: ${problem}\n`);
      return 1;
    }
    const loaded = await loadFromTerminal(input.value, terminal);
    const { document, errors, warnings } = loaded;
    const code = document === undefined ? 1 : 0;
    if (values.json) {
      const problems = [...errors, ...warnings].map(plainProblem);
      terminal.out(`${JSON.stringify({ valid: code === 0, problems }, undefined, 2)}\n`);
      return code;
    }
    sayProblems(loaded, terminal);
    const counts = [
      ...(errors.length > 0 ? [countOf(errors.length, 'error')] : []),
      ...(warnings.length > 0 ? [countOf(warnings.length, 'warning')] : []),
    ];
    if (code === 1) terminal.error(`throughline validate: ${counts.join(', ')}\n`);
    else terminal.out(`${['valid', ...counts].join(', ')}\n`);
    return code;
  },
};
