// What a database was asked, as its caller recorded it.
// https://opentelemetry.io/docs/specs/semconv/database/database-spans/ (`db.query.text`, before 1.25 `db.statement`)

import { firstOf, type Attributes } from './endpoint.ts';

const QUERY_TEXT_KEYS = ['db.query.text', 'db.statement'] as const;

export const queryTextOf = (attributes: Attributes): string => firstOf(attributes, QUERY_TEXT_KEYS);
