// The tree of a configuration, read as a Collector document: every section, every reference, the graph.

import { KINDS, sectionOf, type Catalogue } from './catalogue.ts';
import { checkConnectors } from './check-connectors.ts';
import {
  checkComponentReferences,
  checkReferences,
  type AllComponents,
} from './check-references.ts';
import type { CollectorDocument } from './document.ts';
import { readComponents } from './read-components.ts';
import { readService } from './read-service.ts';
import { withoutSlips, type MapNode } from '../node.ts';
import type { Problem } from '../problem.ts';
import { DecodeContext } from '../schema/decode-context.ts';
import { suggest } from '../suggest.ts';
import { harmful } from './warnings/harmful.ts';
import type { Surroundings } from './warnings/surroundings.ts';

export interface ReadDocument {
  /** undefined when there are errors. */
  readonly document: CollectorDocument | undefined;
  readonly problems: readonly Problem[];
}

const SECTIONS = [...KINDS.map(sectionOf), 'service'];

export function readDocument(
  written: MapNode,
  catalogue: Catalogue,
  surroundings: Surroundings,
): ReadDocument {
  const context = new DecodeContext();
  unknownSections(written, context);
  const root = withoutSlips(written, SECTIONS);
  const read = (kind: (typeof KINDS)[number]) => readComponents(kind, root, catalogue, context);
  const components: AllComponents = {
    receiver: read('receiver'),
    processor: read('processor'),
    exporter: read('exporter'),
    connector: read('connector'),
    extension: read('extension'),
  };
  missingSections(root, components, context);
  const service = readService(root, context);
  context.within('service', () => checkReferences(service, components, catalogue, context));
  checkConnectors(service.pipelines, components, context);
  checkComponentReferences([...context.references], service, components, context);
  if (service.telemetry === undefined || context.errorCount > 0) {
    return { document: undefined, problems: context.problems };
  }
  const document: CollectorDocument = {
    receivers: components.receiver.configs,
    processors: components.processor.configs,
    exporters: components.exporter.configs,
    connectors: components.connector.configs,
    extensions: components.extension.configs,
    service: { ...service, telemetry: service.telemetry },
    node: root,
  };
  return { document, problems: [...context.problems, ...harmful(document, surroundings)] };
}

function unknownSections(root: MapNode, context: DecodeContext): void {
  for (const [key, { place }] of root.entries) {
    if (SECTIONS.includes(key)) continue;
    const near =
      suggest(key, SECTIONS) ?? (['pipelines', 'telemetry'].includes(key) ? 'service' : undefined);
    const remedy =
      near === undefined
        ? `remove it, or write one of ${SECTIONS.join(', ')}`
        : near === 'service'
          ? `it belongs one level deeper, under service`
          : `did you mean ${near}?`;
    context.within(key, () => context.error(place, `unknown key "${key}"`, remedy));
  }
}

function missingSections(root: MapNode, components: AllComponents, context: DecodeContext): void {
  for (const kind of ['receiver', 'exporter'] as const) {
    const section = sectionOf(kind);
    const written = root.entries.get(section);
    if (components[kind].written.size > 0 || (written !== undefined && context.errorCount > 0))
      continue;
    context.within(section, () =>
      context.error(
        written?.place ?? root.place,
        `there is no ${kind}; a configuration needs at least one`,
        kind === 'receiver' ? 'add otlp: {protocols: {grpc: {}}}' : 'add debug:',
      ),
    );
  }
}
