// A checked configuration as the engine's plan. The catalogue that the document was read with is the list of definitions,
// so each entry is one of them.

import { fingerprintOf } from '../../config/node.ts';
import type { CatalogueEntry } from '../../config/document/catalogue.ts';
import type { CollectorDocument, Components } from '../../config/document/document.ts';
import type { AnyDefinition } from '../../pipeline/component.ts';
import type { GraphPlan, Planned } from '../../pipeline/graph/plan.ts';

type Kind = AnyDefinition['kind'];
type Of<K extends Kind> = Extract<AnyDefinition, { kind: K }>;

export function planOf(
  document: CollectorDocument,
  definitions: readonly AnyDefinition[],
): GraphPlan {
  const planned = <K extends Kind>(kind: K, components: Components): Map<string, Planned<Of<K>>> =>
    new Map(
      [...components].map(([id, { entry, config, node }]) => [
        id,
        {
          id,
          definition: definitionOf(definitions, kind, entry),
          config,
          fingerprint: fingerprintOf(node),
        },
      ]),
    );
  const { service } = document;
  return {
    receivers: planned('receiver', document.receivers),
    processors: planned('processor', document.processors),
    connectors: planned('connector', document.connectors),
    exporters: planned('exporter', document.exporters),
    extensions: planned('extension', document.extensions),
    started: service.extensions.map(({ id }) => id),
    pipelines: service.pipelines.map(({ id, signal, receivers, processors, exporters }) => ({
      id,
      signal,
      receivers: receivers.map((one) => one.id),
      processors: processors.map((one) => one.id),
      exporters: exporters.map((one) => one.id),
    })),
  };
}

function definitionOf<K extends Kind>(
  definitions: readonly AnyDefinition[],
  kind: K,
  entry: CatalogueEntry,
): Of<K> {
  const found = definitions.find((one) => one.kind === kind && one.type === entry.type);
  if (found === undefined) throw new Error(`there is no ${kind} ${entry.type}`);
  // `find` compared the kind.
  return found as Of<K>;
}
