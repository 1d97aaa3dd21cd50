// A query in two words, `SELECT stock`: what it does and to which table, as the database conventions name it.
// https://opentelemetry.io/docs/specs/semconv/db/database-spans/#name

import type { Span } from '@opentelemetry/api';

export interface QuerySummary {
  readonly operation: string;
  readonly collection: string | undefined;
}

const TABLE = /\b(?:FROM|INTO|UPDATE)\s+([\w.]+)/i;

export function summaryOf(text: string): QuerySummary {
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'QUERY';
  return { operation, collection: TABLE.exec(text)?.[1] };
}

/** Request hook of the pg instrumentation. */
export function describeQuery(
  span: Span,
  info: { readonly query: { readonly text: string } },
): void {
  const { operation, collection } = summaryOf(info.query.text);
  const summary = collection === undefined ? operation : `${operation} ${collection}`;
  span.updateName(summary);
  span.setAttributes({ 'db.operation.name': operation, 'db.query.summary': summary });
  if (collection !== undefined) span.setAttribute('db.collection.name', collection);
}
