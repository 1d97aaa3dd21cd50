// Components that are configured and never run. Legal upstream, and mostly a line that was forgotten.

import type { Problem } from '../../problem.ts';
import type { CollectorDocument } from '../document.ts';
import { KINDS, sectionOf } from '../catalogue.ts';

export function unusedWarnings(document: CollectorDocument): Problem[] {
  const { extensions, pipelines } = document.service;
  const used = new Set([
    ...extensions.map(({ id }) => `extension ${id}`),
    ...pipelines.flatMap((pipeline) => [
      ...pipeline.receivers.flatMap(({ id }) => [`receiver ${id}`, `connector ${id}`]),
      ...pipeline.processors.map(({ id }) => `processor ${id}`),
      ...pipeline.exporters.flatMap(({ id }) => [`exporter ${id}`, `connector ${id}`]),
    ]),
  ]);
  return KINDS.flatMap((kind) =>
    [...document[sectionOf(kind)].values()]
      .filter(({ id }) => !used.has(`${kind} ${id.text}`))
      .map(({ id, place }): Problem => ({
        severity: 'warning',
        path: `${sectionOf(kind)}::${id.text}`,
        message: `the ${kind} ${id.text} is configured, but nothing uses it`,
        suggestion:
          kind === 'extension'
            ? 'add it to service: extensions, or remove it'
            : 'name it in a pipeline, or remove it',
        place,
      })),
  );
}
