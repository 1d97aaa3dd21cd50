// `components`: what there is, in the form of upstream's command, with what is ours marked and former names listed.

import { stringify } from 'yaml';
import { SIGNALS } from '../../base/signal.ts';
import { KINDS, sectionOf, type Catalogue, type CatalogueEntry } from '../document/catalogue.ts';
import { SCHEMES } from '../resolve/location.ts';

export interface BuildInfo {
  readonly command: string;
  readonly description: string;
  readonly version: string;
}

export function componentsListing(catalogue: Catalogue, buildinfo: BuildInfo): string {
  const sections = KINDS.map((kind) => [
    sectionOf(kind),
    catalogue
      .filter((entry) => entry.kind === kind)
      .toSorted((a, b) => a.type.localeCompare(b.type))
      .map(listed),
  ]);
  const providers = SCHEMES.map((scheme) => ({ scheme }));
  return stringify(
    { buildinfo, ...Object.fromEntries(sections), providers },
    { indent: 4, lineWidth: 0 },
  );
}

const capital = (word: string | undefined): string =>
  word === undefined ? 'Undefined' : word.charAt(0).toUpperCase() + word.slice(1);

function listed(entry: CatalogueEntry): object {
  const { type, ours, deprecatedTypes = [] } = entry;
  return {
    name: type,
    ...(ours === true ? { ours: true } : {}),
    ...(deprecatedTypes.length === 0 ? {} : { deprecated_names: deprecatedTypes }),
    stability: stabilityOf(entry),
  };
}

/** By signal, by pair of signals for connectors, of itself for extensions; upstream's words. */
export function stabilityOf(entry: CatalogueEntry): Readonly<Record<string, string>> {
  const { kind, stability, joins = [] } = entry;
  if (kind === 'connector') {
    const pairs = SIGNALS.flatMap((from) => SIGNALS.map((to) => ({ from, to })));
    return Object.fromEntries(
      pairs.map(({ from, to }) => [
        `${from}-to-${to}`,
        capital(joins.find((join) => join.from === from && join.to === to)?.stability),
      ]),
    );
  }
  if (typeof stability !== 'object') return { extension: capital(stability) };
  return Object.fromEntries(SIGNALS.map((signal) => [signal, capital(stability[signal])]));
}
