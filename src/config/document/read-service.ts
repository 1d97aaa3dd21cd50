// `service`: extensions, pipelines, telemetry. References are read here and looked up in check-references.ts.

import { SIGNALS, type Signal } from '../../base/signal.ts';
import { isFailed, isNull, nameOf, withoutSlips, type ConfigNode, type MapNode } from '../node.ts';
import type { DecodeContext } from '../schema/decode-context.ts';
import { map, list } from '../schema/list.ts';
import { raw } from '../schema/any.ts';
import { object } from '../schema/object.ts';
import { suggest } from '../suggest.ts';
import type { ComponentReference, PipelineConfig } from './document.ts';
import { parseComponentId } from './component-id.ts';
import { telemetry, type TelemetryConfig } from './telemetry.ts';

export interface ReadService {
  readonly extensions: readonly ComponentReference[];
  readonly pipelines: readonly PipelineConfig[];
  readonly telemetry: TelemetryConfig | undefined;
}

const nodes = list(raw());

const service = object({
  extensions: nodes,
  pipelines: map(raw()),
  telemetry,
});

const pipeline = object({ receivers: nodes, processors: nodes, exporters: nodes });

export function readService(root: MapNode, context: DecodeContext): ReadService {
  const entry = root.entries.get('service');
  const none = { extensions: [], pipelines: [], telemetry: undefined };
  if (entry === undefined) {
    context.within('service', () =>
      context.error(
        root.place,
        '"service" is missing: nothing would run',
        'add service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}',
      ),
    );
    return none;
  }
  if (isFailed(entry.node)) {
    context.fail();
    return none;
  }
  return context.within('service', () => {
    const block = isNull(entry.node)
      ? { kind: 'map' as const, entries: new Map(), place: entry.place }
      : entry.node;
    const config = service.decode(block, context);
    if (config === undefined) return none;
    const extensions = context.within('extensions', () => references(config.extensions, context));
    return {
      extensions,
      pipelines: readPipelines(block, context),
      telemetry: config.telemetry,
    };
  });
}

function readPipelines(block: ConfigNode, context: DecodeContext): PipelineConfig[] {
  const entry =
    block.kind === 'map'
      ? withoutSlips(block, Object.keys(service.fields)).entries.get('pipelines')
      : undefined;
  return context.within('pipelines', () => {
    if (entry?.node.kind !== 'map' || entry.node.entries.size === 0) {
      if (entry === undefined || entry.node.kind === 'map' || isNull(entry.node)) {
        if (entry !== undefined && isFailed(entry.node)) return [];
        context.error(
          entry?.place ?? block.place,
          'there is no pipeline: nothing would run',
          'add traces: {receivers: […], exporters: […]}',
        );
      }
      return [];
    }
    return [...entry.node.entries].flatMap(([key, { node, place }]) =>
      context.within(key, () => {
        const found = readPipeline(key, node, place, context);
        return found === undefined ? [] : [found];
      }),
    );
  });
}

function readPipeline(
  key: string,
  node: ConfigNode,
  place: ConfigNode['place'],
  context: DecodeContext,
): PipelineConfig | undefined {
  const signal = signalOf(key, place, context);
  if (isFailed(node)) return undefined;
  const block = isNull(node) ? { kind: 'map' as const, entries: new Map(), place } : node;
  const config = pipeline.decode(block, context);
  if (config === undefined || signal === undefined) return undefined;
  const read = (part: 'receivers' | 'processors' | 'exporters') =>
    context.within(part, () => references(config[part], context));
  const result = {
    id: key.trim(),
    signal,
    place,
    receivers: read('receivers'),
    processors: read('processors'),
    exporters: read('exporters'),
  };
  for (const part of ['receivers', 'exporters'] as const) {
    if (config[part].length > 0) continue;
    const written = block.kind === 'map' ? block.entries.get(part) : undefined;
    if (written !== undefined && isFailed(written.node)) continue;
    context.within(part, () =>
      context.error(
        written?.place ?? place,
        `the pipeline ${result.id} has no ${part}`,
        `add ${part}: [ID], with at least one ID that is configured under ${part}`,
      ),
    );
  }
  return result;
}

function signalOf(
  key: string,
  place: ConfigNode['place'],
  context: DecodeContext,
): Signal | undefined {
  const id = parseComponentId(key);
  const type = id.ok ? id.value.type : (key.split('/')[0] ?? key);
  const signal = SIGNALS.find((one) => one === type);
  if (signal !== undefined) {
    if (!id.ok) context.error(place, ...pair(id.error));
    return id.ok ? signal : undefined;
  }
  if (type === 'profiles') {
    context.error(place, 'pipelines of profiles are not there yet', 'remove it');
    return undefined;
  }
  const near = suggest(type, SIGNALS);
  context.error(
    place,
    `"${type}" is no signal`,
    near === undefined
      ? 'a pipeline is called traces, metrics or logs, or one of them with /name'
      : `did you mean ${near}?`,
  );
  return undefined;
}

const pair = (fault: string | readonly [string, string]): [string, string | undefined] =>
  typeof fault === 'string' ? [fault, undefined] : [fault[0], fault[1]];

/** A list of ids; blanks around them are left out as upstream. */
function references(items: readonly ConfigNode[], context: DecodeContext): ComponentReference[] {
  return items.flatMap((item, i) =>
    context.within(i, () => {
      if (item.kind !== 'scalar' || item.type === 'null') {
        context.error(item, `must be the id of a component, but is ${nameOf(item)}`);
        return [];
      }
      const id = parseComponentId(item.text);
      if (!id.ok) {
        context.error(item, ...pair(id.error));
        return [];
      }
      return [{ id: id.value.text, place: item.place }];
    }),
  );
}
