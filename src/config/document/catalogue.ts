// The components that a document may name. Given from above: a definition of a component has this shape, so that
// configuration knows none of them.

import type { Signal } from '../../base/signal.ts';
import type { AnySchema } from '../schema/schema.ts';

export type ComponentKind = 'receiver' | 'processor' | 'exporter' | 'connector' | 'extension';

export const KINDS: readonly ComponentKind[] = [
  'receiver',
  'processor',
  'exporter',
  'connector',
  'extension',
];

/** The key of a kind at the top of the document. */
export type Section = `${ComponentKind}s`;

export const sectionOf = (kind: ComponentKind): Section => `${kind}s`;

export interface CatalogueEntry {
  readonly kind: ComponentKind;
  readonly type: string;
  readonly deprecatedTypes?: readonly string[];
  readonly ours?: boolean;
  readonly config: AnySchema;
  /** By signal; of an extension, of itself. */
  readonly stability?: string | Partial<Readonly<Record<Signal, string>>>;
  /** Of a connector. */
  readonly joins?: ReadonlyArray<{
    readonly from: Signal;
    readonly to: Signal;
    readonly stability: string;
  }>;
}

export type Catalogue = readonly CatalogueEntry[];

/** By its present or a former name. */
export const findEntry = (
  catalogue: Catalogue,
  kind: ComponentKind,
  type: string,
): CatalogueEntry | undefined =>
  catalogue.find((entry) => entry.kind === kind && entry.type === type) ??
  catalogue.find((entry) => entry.kind === kind && (entry.deprecatedTypes ?? []).includes(type));

/** Signals that a receiver, processor or exporter takes. */
export function takesSignal(entry: CatalogueEntry, signal: Signal): boolean {
  return typeof entry.stability === 'object' && entry.stability[signal] !== undefined;
}
