// Everything that is named must be configured, in the right section, and take the signal it is given.

import type { Signal } from '../../base/signal.ts';
import type { DecodeContext, Reference } from '../schema/decode-context.ts';
import { suggest } from '../suggest.ts';
import {
  findEntry,
  KINDS,
  sectionOf,
  takesSignal,
  type Catalogue,
  type CatalogueEntry,
  type ComponentKind,
} from './catalogue.ts';
import type { ComponentReference, PipelineConfig } from './document.ts';
import type { ReadComponents } from './read-components.ts';
import { aKind } from './read-components.ts';
import type { ReadService } from './read-service.ts';

export type AllComponents = Readonly<Record<ComponentKind, ReadComponents>>;

/** Kinds that may stand in each list of a pipeline. */
const ROLES = {
  receivers: ['receiver', 'connector'],
  processors: ['processor'],
  exporters: ['exporter', 'connector'],
} as const satisfies Readonly<Record<string, readonly ComponentKind[]>>;

export type Role = keyof typeof ROLES;

export function checkReferences(
  service: ReadService,
  components: AllComponents,
  catalogue: Catalogue,
  context: DecodeContext,
): void {
  const look = { components, catalogue, context };
  context.within('extensions', () => {
    for (const [i, reference] of service.extensions.entries()) {
      context.within(i, () => lookUp(reference, ['extension'], look));
    }
  });
  context.within('pipelines', () => {
    for (const pipeline of service.pipelines) {
      context.within(pipeline.id, () => checkPipeline(pipeline, look));
    }
  });
}

interface LookUp {
  readonly components: AllComponents;
  readonly catalogue: Catalogue;
  readonly context: DecodeContext;
}

function checkPipeline(pipeline: PipelineConfig, look: LookUp): void {
  for (const role of ['receivers', 'processors', 'exporters'] as const) {
    look.context.within(role, () => {
      const seen = new Set<string>();
      for (const [i, reference] of pipeline[role].entries()) {
        look.context.within(i, () => {
          const entry = lookUp(reference, ROLES[role], look);
          if (entry !== undefined) checkSignal(entry, pipeline.signal, reference, look.context);
          if (seen.has(reference.id)) repeated(role, reference, look.context);
          seen.add(reference.id);
        });
      }
    });
  }
}

function repeated(role: Role, { id, place }: ComponentReference, context: DecodeContext): void {
  if (role === 'processors') {
    context.error(
      place,
      `${id} stands twice in this pipeline`,
      `remove it, or configure a second one as ${id}/2`,
    );
  } else {
    context.warn(place, `${id} stands twice in this list and counts once`, 'remove it');
  }
}

function lookUp(
  { id, place }: ComponentReference,
  kinds: readonly ComponentKind[],
  { components, catalogue, context }: LookUp,
): CatalogueEntry | undefined {
  for (const kind of kinds) {
    if (!components[kind].written.has(id)) continue;
    return components[kind].configs.get(id)?.entry;
  }
  const [main = 'receiver'] = kinds;
  context.error(place, ...notConfigured(id, main, kinds, components, catalogue));
  return undefined;
}

function notConfigured(
  id: string,
  main: ComponentKind,
  kinds: readonly ComponentKind[],
  components: AllComponents,
  catalogue: Catalogue,
): [message: string, suggestion: string] {
  const elsewhere = KINDS.find((kind) => components[kind].written.has(id));
  if (elsewhere !== undefined) {
    return [
      `${id} is ${aKind(elsewhere)}, and stands where ${aKind(main)} is wanted`,
      `name ${aKind(main)} here`,
    ];
  }
  const known = kinds.flatMap((kind) => [...components[kind].written]);
  const near = suggest(id, known);
  const message = `the ${main} "${id}" is not configured`;
  if (near !== undefined) return [message, `did you mean ${near}?`];
  const type = id.split('/')[0] ?? id;
  const sameType = known.filter((other) => other.split('/')[0] === type);
  if (sameType.length > 0) return [message, `did you mean ${sameType.join(' or ')}?`];
  const exists = findEntry(catalogue, main, type) !== undefined;
  return [
    message,
    exists || known.length === 0
      ? `add "${id}:" under ${sectionOf(main)}`
      : `add it under ${sectionOf(main)}, or name one of ${known.join(', ')}`,
  ];
}

function checkSignal(
  entry: CatalogueEntry,
  signal: Signal,
  { id, place }: ComponentReference,
  context: DecodeContext,
): void {
  if (entry.kind === 'connector' || takesSignal(entry, signal)) return;
  const taken = (['traces', 'metrics', 'logs'] as const).filter((one) => takesSignal(entry, one));
  context.error(
    place,
    `the ${entry.kind} ${id} has nothing to do with ${signal}`,
    `it is for ${taken.join(' and ')}: remove it here`,
  );
}

/** Extensions that components name must be started, so they must stand in `service::extensions` too. */
export function checkComponentReferences(
  references: readonly Reference[],
  service: ReadService,
  components: AllComponents,
  context: DecodeContext,
): void {
  const started = new Set(service.extensions.map(({ id }) => id));
  const pipelines = service.pipelines.map(({ id }) => id);
  const { written } = components.extension;
  for (const reference of references) {
    const { id, place, role, target } = reference;
    const known = target === 'extension' ? [...written] : pipelines;
    const add = (message: string, suggestion: string): void => {
      context.problems.push({
        severity: 'error',
        path: reference.path,
        message,
        suggestion,
        place,
      });
    };
    if (!known.includes(id)) {
      const near = suggest(id, known);
      const remedy =
        target === 'extension'
          ? `add "${id}:" under extensions, and "${id}" to service: extensions`
          : `name one of ${known.join(', ')}`;
      add(
        `the ${role} "${id}" is not configured`,
        near === undefined ? remedy : `did you mean ${near}?`,
      );
    } else if (target === 'extension' && !started.has(id)) {
      add(
        `the extension "${id}" is configured, but not started`,
        `add it to service: {extensions: [${[...started, id].join(', ')}]}`,
      );
    }
  }
}
