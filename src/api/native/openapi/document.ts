// The OpenAPI description of the native API: paths from the routes' table, shapes from the contract's types.
// https://spec.openapis.org/oas/v3.1.1.html

import { API_BASE } from '../../contract/common.ts';
import type { NativeRoute, ParamDoc } from '../route.ts';
import { SCHEMA_TEXTS } from './schemas.ts';

const VERSION = '1';

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: ReadonlyArray<{ readonly url: string }>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

export function openApiDocument(routes: readonly NativeRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Throughline',
      version: VERSION,
      description:
        'Times are decimal strings of nanoseconds since the epoch, durations numbers of nanoseconds, ids lower-case hex, shares fractions of 1; null means not known.',
    },
    servers: [{ url: API_BASE }],
    paths,
    components: { schemas: schemas() },
  };
}

const schemas = (): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(SCHEMA_TEXTS).map(([name, text]) => [name, JSON.parse(text) as unknown]),
  );

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const asJson = (name: string) => ({ 'application/json': { schema: ref(name) } });

function operationOf(route: NativeRoute): Readonly<Record<string, unknown>> {
  return {
    summary: route.summary,
    parameters: route.params.map((param) => parameterOf(param, route.path)),
    ...requestBody(route),
    responses: {
      200: {
        description: route.kind === 'json' ? route.answer : 'As the media type says.',
        content:
          route.kind === 'json'
            ? asJson(route.answer)
            : Object.fromEntries(route.mediaTypes.map((type) => [type, {}])),
      },
      default: { description: 'What went wrong, and what to do.', content: asJson('ErrorBody') },
    },
  };
}

function requestBody({ body, accepts }: NativeRoute): Readonly<Record<string, unknown>> {
  if (body !== undefined) return { requestBody: { required: true, content: asJson(body) } };
  if (accepts === undefined) return {};
  const content = Object.fromEntries(accepts.map((type) => [type, {}]));
  return { requestBody: { required: true, content } };
}

function parameterOf({ name, type, required, values, text }: ParamDoc, path: string): unknown {
  const inPath = path.includes(`{${name}}`);
  return {
    name,
    in: inPath ? 'path' : 'query',
    required: inPath || required === true,
    description: text,
    schema: { type, ...(values === undefined ? {} : { enum: values }) },
  };
}
