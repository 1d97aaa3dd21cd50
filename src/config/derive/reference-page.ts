// The reference page of a component: every field with type, default, limits and meaning, from its declaration.

import { KINDS, sectionOf, type Catalogue, type CatalogueEntry } from '../document/catalogue.ts';
import type { AnySchema, Shape } from '../schema/schema.ts';
import { printGoDuration } from '../units/go-duration.ts';
import { stabilityOf } from './components-listing.ts';

interface Row {
  readonly path: string;
  readonly schema: AnySchema;
}

const DEPTH_MAX = 8;

export function referencePage(entry: CatalogueEntry): string {
  const { kind, type, ours, deprecatedTypes = [] } = entry;
  const notes = [
    ours === true ? 'Not part of the OpenTelemetry Collector: ours.' : undefined,
    deprecatedTypes.length > 0
      ? `Formerly ${deprecatedTypes.map((name) => `\`${name}\``).join(', ')}, which still works, with a warning.`
      : undefined,
  ].filter((note) => note !== undefined);
  const stability = Object.entries(stabilityOf(entry)).filter(([, level]) => level !== 'Undefined');
  const rows = rowsOf(entry.config, '', 0);
  return [
    `# ${type} (${kind})`,
    ...notes,
    `| For | Stability |\n|---|---|\n${stability.map(([what, level]) => `| ${what.replaceAll('-', ' ')} | ${level} |`).join('\n')}`,
    '## Configuration',
    rows.length === 0
      ? 'Nothing can be set.'
      : `| Field | Type | Default | Meaning |\n|---|---|---|---|\n${rows.map(rowText).join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

export function referenceIndex(catalogue: Catalogue): string {
  const lists = KINDS.flatMap((kind) => {
    const section = sectionOf(kind);
    const entries = catalogue
      .filter((entry) => entry.kind === kind)
      .toSorted((a, b) => a.type.localeCompare(b.type))
      .map(
        ({ type, ours }) => `- [${type}](${section}/${type}.md)${ours === true ? ' (ours)' : ''}`,
      );
    const title = `## ${section.charAt(0).toUpperCase()}${section.slice(1)}`;
    return entries.length === 0 ? [] : [title, entries.join('\n')];
  });
  const intro =
    'Made from the declarations in `src/components`. Configuration is the OpenTelemetry Collector’s; what is different here is said.';
  return `${['# Components', intro, ...lists].join('\n\n')}\n`;
}

/** Fields that do not say what they do. */
export const untoldFields = (entry: CatalogueEntry): readonly string[] =>
  rowsOf(entry.config, '', 0)
    .filter(({ schema }) => (schema.documentation.text ?? '') === '')
    .map(({ path }) => path);

/** One row a field, blocks before what is in them. */
function rowsOf(schema: AnySchema, path: string, depth: number): Row[] {
  if (depth > DEPTH_MAX) return [];
  const { shape } = schema;
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.fields).flatMap(([key, field]) => {
        const name = path === '' ? key : `${path}.${key}`;
        return [{ path: name, schema: field }, ...rowsOf(field, name, depth + 1)];
      });
    case 'optional':
      return rowsOf(shape.inner, path, depth);
    case 'list':
      return rowsOf(shape.item(), `${path}[]`, depth + 1);
    case 'map':
      return rowsOf(shape.value(), `${path}.*`, depth + 1);
    case 'oneOf':
      return shape.of.flatMap((one) => rowsOf(one, path, depth + 1));
    default:
      return [];
  }
}

function rowText({ path, schema }: Row): string {
  const { documentation } = schema;
  const meaning = [
    documentation.text,
    documentation.ours === true ? 'Ours.' : undefined,
    documentation.formerly === undefined
      ? undefined
      : `Formerly ${documentation.formerly.map((name) => `\`${name}\``).join(', ')}.`,
    documentation.deprecated === undefined ? undefined : `Deprecated: ${documentation.deprecated}.`,
  ].filter((part) => part !== undefined);
  const cells = [`\`${path}\``, typeText(schema), defaultText(schema), meaning.join(' ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function typeText(schema: AnySchema): string {
  const { shape, documentation } = schema;
  const unit = documentation.unit === undefined ? '' : `, ${documentation.unit}`;
  return `${typeName(shape)}${unit}${limits(shape)}`;
}

function typeName(shape: Shape): string {
  switch (shape.kind) {
    case 'object':
      return 'block';
    case 'optional':
      return shape.inner.shape.kind === 'object' ? 'block' : typeName(shape.inner.shape);
    case 'list':
      return `list of ${typeName(shape.item().shape)}`;
    case 'map':
      return `map of ${typeName(shape.value().shape)}`;
    case 'oneOf':
      return shape.of.map((one) => typeName(one.shape)).join(' or ');
    case 'any':
      return 'any';
    case 'enumeration':
      return (shape.of ?? []).map((word) => `\`${word === '' ? '""' : word}\``).join(', ');
    case 'reference':
      return 'id';
    case 'secret':
      return 'secret';
    case 'string':
      return 'text';
    default:
      return shape.kind;
  }
}

function limits(shape: Shape): string {
  if (!('max' in shape) || (shape.min === undefined && shape.max === undefined)) return '';
  const show = (value: number | bigint): string =>
    shape.kind === 'duration' ? printGoDuration(Number(value)) : String(value);
  const { min, max } = shape;
  if (max === undefined) return min === undefined ? '' : `, ≥ ${show(min)}`;
  return min === undefined ? `, ≤ ${show(max)}` : `, ${show(min)} to ${show(max)}`;
}

function defaultText(schema: AnySchema): string {
  const { shape, required } = schema;
  if (required) return 'must be written';
  switch (shape.kind) {
    case 'optional':
      return shape.initial === 'some' ? 'on' : 'off until written';
    case 'list':
      return shape.default.length === 0 ? '–' : `\`${JSON.stringify(shape.default)}\``;
    case 'map':
    case 'object':
    case 'oneOf':
    case 'any':
      return '–';
    default:
      return shape.default === undefined
        ? '–'
        : `\`${shape.default === '' ? '""' : String(shape.default)}\``;
  }
}
