// What the search-or-jump dialog offers for a text: pure, tested by cases.

import type { ServiceRef } from '../../../src/api/contract/common.ts';
import type { EndpointRow, ServiceRow } from '../../../src/api/contract/overview.ts';
import type { PageName } from '../lib/url/paths.ts';

export type Target =
  | {
      readonly kind: 'page';
      readonly label: string;
      readonly page: PageName;
      readonly service: null;
    }
  | { readonly kind: 'trace'; readonly label: string; readonly service: null }
  | { readonly kind: 'service'; readonly label: string; readonly service: ServiceRef }
  | { readonly kind: 'endpoint'; readonly label: string; readonly service: ServiceRef }
  | { readonly kind: 'search traces'; readonly label: string; readonly service: null };

const MOST = 12;

export interface Known {
  readonly pages: ReadonlyArray<{ readonly name: PageName; readonly label: string }>;
  readonly services: readonly Pick<ServiceRow, 'service'>[];
  readonly endpoints: readonly Pick<EndpointRow, 'service' | 'endpoint'>[];
}

export function jumpTargets(text: string, known: Known): readonly Target[] {
  const wanted = text.trim();
  const lower = wanted.toLowerCase();
  const matches = (label: string): boolean => label.toLowerCase().includes(lower);
  const found: Target[] = [];
  if (/^[0-9a-f]{16}([0-9a-f]{16})?$/iu.test(wanted))
    found.push({ kind: 'trace', label: lower, service: null });
  for (const { name, label } of known.pages)
    if (matches(label)) found.push({ kind: 'page', label, page: name, service: null });
  for (const { service } of known.services)
    if (matches(service.name)) found.push({ kind: 'service', label: service.name, service });
  for (const { service, endpoint } of known.endpoints)
    if (matches(endpoint)) found.push({ kind: 'endpoint', label: endpoint, service });
  const shown = found.slice(0, MOST);
  if (wanted !== '') shown.push({ kind: 'search traces', label: searchFor(wanted), service: null });
  return shown;
}

/** A text with an operator is a filter already; a word is looked for in names. */
const searchFor = (text: string): string =>
  /[=<>~()]/u.test(text)
    ? text
    : `name =~ "(?i)${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
