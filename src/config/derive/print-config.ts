// `print-config`: redacted (with defaults, secrets left out) or unredacted (as resolved), as YAML or JSON.

import { Document, visit } from 'yaml';
import { KINDS, sectionOf } from '../document/catalogue.ts';
import type { CollectorDocument } from '../document/document.ts';
import { telemetry } from '../document/telemetry.ts';
import { plainOf, type PlainValue } from '../schema/any.ts';
import { resolvePlain } from '../yaml/plain-scalar.ts';
import { effectiveValue } from './effective.ts';

export type PrintMode = 'redacted' | 'unredacted';
export type PrintFormat = 'yaml' | 'json';

export function printConfig(
  document: CollectorDocument,
  mode: PrintMode,
  format: PrintFormat,
): string {
  const value = mode === 'unredacted' ? plainOf(document.node) : redacted(document);
  return format === 'yaml'
    ? toYaml(value)
    : `${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item), 2)}\n`;
}

/** Text that would be read as a number or truth value, by YAML of the Collector's age, is quoted. */
function toYaml(value: PlainValue): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && resolvePlain(node.value).type !== 'string') {
        node.type = 'QUOTE_DOUBLE';
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

function redacted(document: CollectorDocument): PlainValue {
  const sections = KINDS.map((kind) => {
    const components = [...document[sectionOf(kind)].values()].map(
      ({ id, entry, node }) => [id.text, effectiveValue(entry.config, node) ?? {}] as const,
    );
    return [sectionOf(kind), Object.fromEntries(components)] as const;
  });
  const { extensions, pipelines } = document.service;
  const ids = (references: ReadonlyArray<{ readonly id: string }>): string[] =>
    references.map(({ id }) => id);
  const service = {
    extensions: ids(extensions),
    pipelines: Object.fromEntries(
      pipelines.map((pipeline) => [
        pipeline.id,
        {
          receivers: ids(pipeline.receivers),
          processors: ids(pipeline.processors),
          exporters: ids(pipeline.exporters),
        },
      ]),
    ),
    telemetry: effectiveValue(telemetry, telemetryNode(document)) ?? {},
  };
  const written = sections.filter(([, components]) => Object.keys(components).length > 0);
  return { ...Object.fromEntries(written), service };
}

function telemetryNode({ node }: CollectorDocument) {
  const service = node.kind === 'map' ? node.entries.get('service')?.node : undefined;
  return service?.kind === 'map' ? service.entries.get('telemetry')?.node : undefined;
}
