// The example configuration of the Collector: valid, without anything of ours, and with the same settings as the
// published article's; the Compose file differs in the image alone.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMPONENTS } from '../../src/app/components.ts';
import { loadDocument } from '../../src/config/load.ts';
import { plainProblem } from '../../src/config/render.ts';
import { processHost } from '../../src/config/resolve/host.ts';
import { articleConfig, articleFile, hasArticle } from '../support/article.ts';

const FOLDER = resolve(import.meta.dirname, '..', '..', 'examples', 'collector');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

it('is valid, and warned of only where the connection to Jaeger is open and a sampler stands by', async () => {
  const { document, errors, warnings } = await loadDocument({
    uris: [join(FOLDER, 'otel-collector-config.yaml')],
    catalogue: COMPONENTS,
    inContainer: true,
    host: processHost({}, FOLDER),
  });
  expect(errors.map(plainProblem)).toEqual([]);
  expect(document?.service.pipelines.map(({ id }) => id)).toEqual(['traces', 'metrics', 'logs']);
  expect(warnings.map(({ path }) => path).toSorted()).toEqual([
    'exporters::otlp/jaeger',
    'processors::probabilistic_sampler',
  ]);
});

it.skipIf(!hasArticle)('has the article’s settings', () => {
  expect(parse(read('otel-collector-config.yaml'))).toEqual(parse(articleConfig()));
});

it.skipIf(!hasArticle)('its Compose file differs in the image alone', () => {
  const theirs: unknown = parse(articleFile('docker-compose.yaml'));
  const ours: unknown = parse(
    read('docker-compose.yaml').replace(
      'throughline-collector:latest',
      'otel/opentelemetry-collector-contrib:latest',
    ),
  );
  expect(ours).toEqual(theirs);
});
