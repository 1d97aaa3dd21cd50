// Connectors join pipelines: each must be an exporter of one and a receiver of another, of signals that it joins, and the
// way through them must have an end. As upstream's service graph
// (https://github.com/open-telemetry/opentelemetry-collector/tree/main/service/internal/graph).

import type { DecodeContext } from '../schema/decode-context.ts';
import { aKind, type ReadComponents } from './read-components.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { ComponentReference, PipelineConfig } from './document.ts';
import type { AllComponents, Role } from './check-references.ts';

interface Use {
  readonly pipeline: PipelineConfig;
  readonly reference: ComponentReference;
  readonly index: number;
}

export function checkConnectors(
  pipelines: readonly PipelineConfig[],
  components: AllComponents,
  context: DecodeContext,
): void {
  const { connector, receiver, exporter } = components;
  for (const [id, { place }] of connector.configs) {
    for (const [kind, other] of [
      ['receiver', receiver],
      ['exporter', exporter],
    ] as const) {
      if (!other.written.has(id)) continue;
      context.within('connectors', () =>
        context.within(id, () =>
          context.error(
            place,
            `${id} is both a connector and ${aKind(kind)}; a pipeline could mean either`,
            `call this one ${id}/connector, or by another name`,
          ),
        ),
      );
    }
  }
  context.within('service', () =>
    context.within('pipelines', () => {
      for (const [id, { entry }] of connector.configs) checkUses(id, entry, pipelines, context);
      checkCycles(pipelines, connector, context);
    }),
  );
}

const usesOf = (id: string, role: Role, pipelines: readonly PipelineConfig[]): Use[] =>
  pipelines.flatMap((pipeline) => {
    const index = pipeline[role].findIndex((reference) => reference.id === id);
    const reference = pipeline[role][index];
    return reference === undefined ? [] : [{ pipeline, reference, index }];
  });

function checkUses(
  id: string,
  { joins = [] }: CatalogueEntry,
  pipelines: readonly PipelineConfig[],
  context: DecodeContext,
): void {
  const inputs = usesOf(id, 'exporters', pipelines);
  const outputs = usesOf(id, 'receivers', pipelines);
  const joined = (from: Use, to: Use): boolean =>
    joins.some((join) => join.from === from.pipeline.signal && join.to === to.pipeline.signal);
  const ways = joins.map(({ from, to }) => `${from} to ${to}`).join(', ');
  const say = (use: Use, role: Role, message: string, suggestion: string): void =>
    context.within(use.pipeline.id, () =>
      context.within(role, () =>
        context.within(use.index, () => context.error(use.reference.place, message, suggestion)),
      ),
    );
  for (const use of inputs) {
    if (outputs.some((output) => joined(use, output))) continue;
    say(
      use,
      'exporters',
      outputs.length === 0
        ? `the connector ${id} takes ${use.pipeline.signal} here, and no pipeline receives from it`
        : `the connector ${id} does not join ${use.pipeline.signal} to ${signalsOf(outputs)}`,
      outputs.length === 0
        ? `name it under receivers of another pipeline (${ways})`
        : `it joins ${ways}`,
    );
  }
  for (const use of outputs) {
    if (inputs.some((input) => joined(input, use))) continue;
    if (
      inputs.length > 0 &&
      !inputs.some((input) => outputs.some((output) => joined(input, output)))
    )
      continue;
    say(
      use,
      'receivers',
      inputs.length === 0
        ? `the connector ${id} gives ${use.pipeline.signal} here, and no pipeline sends to it`
        : `the connector ${id} does not join ${signalsOf(inputs)} to ${use.pipeline.signal}`,
      inputs.length === 0
        ? `name it under exporters of another pipeline (${ways})`
        : `it joins ${ways}`,
    );
  }
}

const signalsOf = (uses: readonly Use[]): string =>
  [...new Set(uses.map(({ pipeline }) => pipeline.signal))].join(' or ');

/** A pipeline that is reached from itself through connectors. */
function checkCycles(
  pipelines: readonly PipelineConfig[],
  connectors: ReadComponents,
  context: DecodeContext,
): void {
  const done = new Set<PipelineConfig>();
  const visit = (pipeline: PipelineConfig, trail: readonly PipelineConfig[]): void => {
    if (done.has(pipeline)) return;
    for (const [i, { id, place }] of pipeline.exporters.entries()) {
      const joins = connectors.configs.get(id)?.entry.joins ?? [];
      for (const next of pipelines) {
        const receives = next.receivers.some((reference) => reference.id === id);
        const joined = joins.some(({ from, to }) => from === pipeline.signal && to === next.signal);
        if (!receives || !joined) continue;
        const at = [...trail, pipeline].indexOf(next);
        if (at < 0) {
          visit(next, [...trail, pipeline]);
          continue;
        }
        const circle = [...[...trail, pipeline].slice(at), next].map((one) => one.id).join(' → ');
        context.within(pipeline.id, () =>
          context.within('exporters', () =>
            context.within(i, () =>
              context.error(
                place,
                `the connector ${id} closes a circle: ${circle}`,
                'remove it here, or in one of the other pipelines',
              ),
            ),
          ),
        );
      }
    }
    done.add(pipeline);
  };
  for (const pipeline of pipelines) visit(pipeline, []);
}
