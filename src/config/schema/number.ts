// Fields that hold numbers and truth values.

import { nameOf, type ConfigNode, type ScalarNode } from '../node.ts';
import type { DecodeContext } from './decode-context.ts';
import { scalar, type AbsentOf, type ScalarOptions } from './options.ts';
import type { Schema } from './schema.ts';

export interface NumberOptions extends ScalarOptions<number> {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number that JavaScript holds exactly. */
export function integer<const O extends NumberOptions>(options?: O): Schema<number, AbsentOf<O>> {
  const shape = {
    kind: 'integer',
    min: options?.min,
    max: options?.max,
    default: options?.default,
  } as const;
  return scalar(options, shape, options?.default, (node, context) => {
    const found = readInteger(node, context);
    if (found === undefined) return undefined;
    if (typeof found.value === 'bigint') {
      context.error(node, `${found.value} is larger than this field can be`);
      return undefined;
    }
    return inRange(found.value, options, node, context);
  });
}

export interface BigIntegerOptions extends ScalarOptions<bigint> {
  readonly min?: bigint;
  readonly max?: bigint;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A whole number of 64 bits, for values that are compared with attributes. */
export function int64<const O extends BigIntegerOptions>(options?: O): Schema<bigint, AbsentOf<O>> {
  const min = options?.min ?? INT64_MIN;
  const max = options?.max ?? INT64_MAX;
  const shape = { kind: 'integer', min, max, default: options?.default } as const;
  return scalar(options, shape, options?.default, (node, context) => {
    const found = readInteger(node, context);
    return found === undefined
      ? undefined
      : inRange(BigInt(found.value), { min, max }, node, context);
  });
}

export function number<const O extends NumberOptions>(options?: O): Schema<number, AbsentOf<O>> {
  const shape = {
    kind: 'number',
    min: options?.min,
    max: options?.max,
    default: options?.default,
  } as const;
  return scalar(options, shape, options?.default, (node, context) => {
    const found = numeric(node);
    if (found === undefined) {
      context.error(node, `must be a number, but is ${nameOf(node)}`, unquoted(node));
      return undefined;
    }
    return inRange(Number(found.value), options, node, context);
  });
}

export function boolean<const O extends ScalarOptions<boolean>>(
  options?: O,
): Schema<boolean, AbsentOf<O>> {
  const shape = { kind: 'boolean', default: options?.default } as const;
  return scalar<boolean, O>(options, shape, options?.default, (node, context) => {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    context.error(node, `must be true or false, but is ${nameOf(node)}`, truthOf(node));
    return undefined;
  });
}

const YES = new Set(['true', 'yes', 'y', 'on', 't', '1']);
const NO = new Set(['false', 'no', 'n', 'off', 'f', '0']);

function truthOf(node: ConfigNode): string {
  const word = node.kind === 'scalar' ? node.text.toLowerCase() : '';
  if (YES.has(word)) return 'write true, without quotes';
  return NO.has(word) ? 'write false, without quotes' : 'write true or false, without quotes';
}

/** A fraction is cut off, as upstream does, but said. */
function readInteger(
  node: ConfigNode,
  context: DecodeContext,
): { readonly value: number | bigint } | undefined {
  const found = numeric(node);
  if (found === undefined || (typeof found.value === 'number' && !Number.isFinite(found.value))) {
    context.error(node, `must be a whole number, but is ${nameOf(node)}`, unquoted(node));
    return undefined;
  }
  if (typeof found.value === 'number' && !Number.isInteger(found.value)) {
    const whole = Math.trunc(found.value);
    context.warn(node, `must be a whole number; the fraction is cut off`, `write ${whole}`);
    return { value: whole };
  }
  return found;
}

function numeric(node: ConfigNode): { readonly value: number | bigint } | undefined {
  if (node.kind !== 'scalar') return undefined;
  const { value } = node;
  return typeof value === 'number' || typeof value === 'bigint' ? { value } : undefined;
}

/** The remedy where the text would be a number without its quotes or its unit. */
function unquoted(node: ConfigNode): string {
  if (node.kind !== 'scalar' || node.type !== 'string') return 'write a number';
  if (/^\s*[-+]?\d+(\.\d+)?\s*$/.test(node.text)) {
    return `write it without quotes: ${node.text.trim()}`;
  }
  const leading = /^\s*([-+]?\d+(?:\.\d+)?)\s*[a-zA-Z%]+\s*$/.exec(node.text)?.[1];
  return leading === undefined ? 'write a number' : `write the number alone: ${leading}`;
}

function inRange<T extends number | bigint>(
  value: T,
  limits: { readonly min?: T; readonly max?: T } | undefined,
  node: ScalarNode | ConfigNode,
  context: DecodeContext,
): T | undefined {
  const { min, max } = limits ?? {};
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return value;
  context.error(node, `${value} is not possible here`, rangeText(min, max));
  return undefined;
}

export function rangeText(
  min: number | bigint | string | undefined,
  max: number | bigint | string | undefined,
): string {
  if (max === undefined) return `write ${min} or more`;
  return min === undefined ? `write ${max} or less` : `write ${min} to ${max}`;
}
