// `throughline components`: what a configuration may name; or the JSON Schema of all of it, for editors.

import { COMPONENTS } from '../../app/components.ts';
import { componentsListing } from '../../config/derive/components-listing.ts';
import { jsonSchema } from '../../config/derive/json-schema.ts';
import { boolean } from '../../config/settings/declare.ts';
import { resolveSettings } from '../../config/settings/resolve.ts';
import type { Command } from '../command.ts';
import { programVersion } from '../version.ts';

const settings = {
  jsonSchema: boolean({
    group: 'Output',
    text: 'The JSON Schema of configurations, for editors.',
    default: false,
  }),
};

export const components: Command = {
  name: 'components',
  usage: '[--json-schema]',
  summary: 'Lists receivers, processors, exporters, connectors and extensions.',
  examples: [
    ['throughline components', 'with the stability for each signal'],
    ['throughline components --json-schema > collector.schema.json', 'for completion in an editor'],
  ],
  settings,
  run: (words, terminal) => {
    const { values, positionals, errors } = resolveSettings(settings, {
      argv: words,
      env: terminal.env,
    });
    const problems = [...errors, ...positionals.map((word) => `unexpected "${word}"`)];
    if (problems.length > 0) {
      for (const problem of problems) terminal.error(`throughline components: ${problem}\n`);
      return Promise.resolve(1);
    }
    const build = {
      command: 'throughline',
      description: 'Throughline, a distribution of the OpenTelemetry Collector’s configuration',
      version: programVersion(),
    };
    terminal.out(
      values.jsonSchema
        ? `${JSON.stringify(jsonSchema(COMPONENTS), undefined, 2)}\n`
        : componentsListing(COMPONENTS, build),
    );
    return Promise.resolve(0);
  },
};
