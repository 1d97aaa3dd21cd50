// A decoded configuration: what the engine builds the running graph from.

import type { Signal } from '../../base/signal.ts';
import type { ConfigNode } from '../node.ts';
import type { Place } from '../source.ts';
import type { CatalogueEntry, ComponentKind, Section } from './catalogue.ts';
import type { ComponentId } from './component-id.ts';
import type { TelemetryConfig } from './telemetry.ts';

export interface ComponentConfig {
  readonly kind: ComponentKind;
  readonly id: ComponentId;
  readonly entry: CatalogueEntry;
  /** What the entry's schema decoded. */
  readonly config: unknown;
  /** As written, expanded and merged; two documents are compared by it (`fingerprintOf`). */
  readonly node: ConfigNode;
  /** Of the id. */
  readonly place: Place;
}

/** The id of a component as a pipeline or the service names it, and where. */
export interface ComponentReference {
  readonly id: string;
  readonly place: Place;
}

export interface PipelineConfig {
  /** `traces` or `traces/name`. */
  readonly id: string;
  readonly signal: Signal;
  readonly receivers: readonly ComponentReference[];
  readonly processors: readonly ComponentReference[];
  readonly exporters: readonly ComponentReference[];
  /** Of the id. */
  readonly place: Place;
}

export type Components = ReadonlyMap<string, ComponentConfig>;

export interface CollectorDocument extends Readonly<Record<Section, Components>> {
  readonly service: {
    /** In order of start. */
    readonly extensions: readonly ComponentReference[];
    readonly pipelines: readonly PipelineConfig[];
    readonly telemetry: TelemetryConfig;
  };
  /** The whole of it, expanded and merged. */
  readonly node: ConfigNode;
}
