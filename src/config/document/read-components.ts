// The sections of components: each id is looked up in the catalogue and its block decoded by the declaration.

import { isFailed, isNull, nameOf, type ConfigNode, type MapNode } from '../node.ts';
import type { DecodeContext } from '../schema/decode-context.ts';
import { suggest } from '../suggest.ts';
import {
  findEntry,
  sectionOf,
  type Catalogue,
  type CatalogueEntry,
  type ComponentKind,
} from './catalogue.ts';
import { parseComponentId, type ComponentId } from './component-id.ts';
import type { ComponentConfig } from './document.ts';
import { nearestTo, upstreamTypes } from './upstream.ts';

export interface ReadComponents {
  readonly configs: ReadonlyMap<string, ComponentConfig>;
  /** Ids that are written, also those that are wrong: a reference to them is no second mistake. */
  readonly written: ReadonlySet<string>;
}

export function readComponents(
  kind: ComponentKind,
  root: MapNode,
  catalogue: Catalogue,
  context: DecodeContext,
): ReadComponents {
  const section = root.entries.get(sectionOf(kind));
  const configs = new Map<string, ComponentConfig>();
  const written = new Set<string>();
  if (section === undefined || isNull(section.node)) {
    if (section !== undefined && isFailed(section.node)) context.fail();
    return { configs, written };
  }
  const { node: map } = section;
  context.within(sectionOf(kind), () => {
    if (map.kind !== 'map') {
      context.error(
        map,
        `must be a map, but is ${nameOf(map)}`,
        `write "type:" or "type/name:" lines below it`,
      );
      return;
    }
    for (const [key, { node, place }] of map.entries) {
      context.within(key, () => {
        const id = parseComponentId(key);
        if (!id.ok) return context.error(place, ...fault(id.error));
        written.add(id.value.text);
        if (configs.has(id.value.text)) {
          return context.error(
            place,
            `${id.value.text} is written twice`,
            'give one of them another name',
          );
        }
        const entry = findEntry(catalogue, kind, id.value.type);
        if (entry === undefined) {
          return context.error(place, ...unknown(kind, id.value, catalogue));
        }
        noteFormerName(entry, id.value, place, context);
        const config = decodeBlock(entry, node, place, context);
        if (config !== undefined) {
          configs.set(id.value.text, {
            kind,
            id: id.value,
            entry,
            config: config.value,
            node,
            place,
          });
        }
      });
    }
  });
  return { configs, written };
}

const fault = (of: string | readonly [string, string]): [string, string | undefined] =>
  typeof of === 'string' ? [of, undefined] : [of[0], of[1]];

function decodeBlock(
  entry: CatalogueEntry,
  node: ConfigNode,
  place: ConfigNode['place'],
  context: DecodeContext,
): { readonly value: unknown } | undefined {
  if (isFailed(node)) {
    context.fail();
    return undefined;
  }
  const before = context.errorCount;
  const block: ConfigNode = isNull(node) ? { kind: 'map', entries: new Map(), place } : node;
  const value = entry.config.decode(block, context);
  return context.errorCount === before ? { value } : undefined;
}

function noteFormerName(
  entry: CatalogueEntry,
  id: ComponentId,
  place: ConfigNode['place'],
  context: DecodeContext,
): void {
  if (entry.type === id.type) return;
  const now = id.name === '' ? entry.type : `${entry.type}/${id.name}`;
  context.warn(
    place,
    `"${id.type}" is now called "${entry.type}"`,
    `write ${now} here and where it is used; the old name still works`,
  );
}

/** Whether the type exists upstream decides what is said: not here yet, or nowhere. */
function unknown(
  kind: ComponentKind,
  { type }: ComponentId,
  catalogue: Catalogue,
): [message: string, suggestion: string] {
  const ours = catalogue.filter((entry) => entry.kind === kind).map((entry) => entry.type);
  const nearest = nearestTo(kind, type);
  if (nearest !== undefined) {
    const here = (nearest.use ?? []).filter((other) => ours.includes(other));
    const use = here.length > 0 ? `use ${here.join(' or ')}` : undefined;
    return [
      nearest.gone === undefined
        ? `the ${kind} "${type}" exists in the OpenTelemetry Collector, but not here yet`
        : `the ${kind} "${type}" was removed from the OpenTelemetry Collector ${nearest.gone}`,
      nearest.advice ?? use ?? FALLBACK[kind],
    ];
  }
  const other = catalogue.find((entry) => entry.kind !== kind && entry.type === type);
  if (other !== undefined) {
    return [
      `"${type}" is ${aKind(other.kind)}, no ${kind}`,
      `move it under ${sectionOf(other.kind)}`,
    ];
  }
  const near = suggest(type, ours) ?? suggest(type, upstreamTypes(kind));
  return [
    `there is no ${kind} "${type}"`,
    near === undefined
      ? `"throughline components" lists what there is: ${ours.slice(0, TYPES_SHOWN).join(', ')}${ours.length > TYPES_SHOWN ? ', …' : ''}`
      : `did you mean ${near}?`,
  ];
}

const TYPES_SHOWN = 8;

export const aKind = (kind: ComponentKind): string =>
  kind === 'exporter' || kind === 'extension' ? `an ${kind}` : `a ${kind}`;

const FALLBACK: Readonly<Record<ComponentKind, string>> = {
  receiver: 'run it in an OpenTelemetry Collector that sends here over OTLP',
  processor: 'leave it out, or run it in an OpenTelemetry Collector before or behind',
  exporter:
    'send over otlp_http where the other side takes OTLP, or through an OpenTelemetry Collector',
  connector: 'leave it out, or run it in an OpenTelemetry Collector',
  extension: 'leave it out',
};
