// Lists of attributes in detailed text.

import type { AnyValue, KeyValue } from '../../../otlp/objects/types.ts';
import { valueText } from '../../../otlp/objects/value-text.ts';

/** @param indent of the header, which its entries are moved in by too. */
export function attributeLines(
  header: string,
  attributes: readonly KeyValue[] = [],
  indent = '',
): string[] {
  if (attributes.length === 0) return [];
  const lines = attributes.map(({ key, value }) => `${indent}     -> ${key}: ${typedText(value)}`);
  return [`${indent}${indent === '' ? '' : '-> '}${header}:`, ...lines];
}

/** Of lists below an item: its entries begin deeper. */
export const NESTED = '     ';

/** A value with its type. */
export function typedText(value: AnyValue | undefined): string {
  return `${typeName(value)}(${valueText(value)})`;
}

function typeName(value: AnyValue | undefined): string {
  if (value?.stringValue !== undefined) return 'Str';
  if (value?.boolValue !== undefined) return 'Bool';
  if (value?.intValue !== undefined) return 'Int';
  if (value?.doubleValue !== undefined) return 'Double';
  if (value?.kvlistValue !== undefined) return 'Map';
  if (value?.arrayValue !== undefined) return 'Slice';
  return value?.bytesValue === undefined ? 'Empty' : 'Bytes';
}
