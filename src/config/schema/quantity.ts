// Fields with a unit in their value: durations, sizes in bytes.

import { nameOf, type ConfigNode } from '../node.ts';
import { parseBytes } from '../units/bytes.ts';
import { parseGoDuration, printGoDuration } from '../units/go-duration.ts';
import type { DecodeContext } from './decode-context.ts';
import { rangeText } from './number.ts';
import { scalar, type AbsentOf, type ScalarOptions } from './options.ts';
import type { Schema } from './schema.ts';

export interface DurationOptions extends ScalarOptions<number, string> {
  /** As text: `0s`. */
  readonly min?: string;
  readonly max?: string;
}

/** Decodes to milliseconds. */
export function duration<const O extends DurationOptions>(
  options?: O,
): Schema<number, AbsentOf<O>> {
  const min = declared(options?.min);
  const max = declared(options?.max);
  const shape = { kind: 'duration', min, max, default: options?.default } as const;
  return scalar(options, shape, declared(options?.default), (node, context) => {
    const ms = readDuration(node, context);
    if (ms === undefined) return undefined;
    if ((min === undefined || ms >= min) && (max === undefined || ms <= max)) return ms;
    context.error(
      node,
      `${printGoDuration(ms)} is not possible here`,
      rangeText(options?.min, options?.max),
    );
    return undefined;
  });
}

function declared(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseGoDuration(text);
  if (!parsed.ok) throw new Error(`a declaration says the duration ${text}: ${parsed.error}`);
  return parsed.value;
}

const NANOS_PER_MILLI = 1e6;

/** A bare number is nanoseconds upstream: taken, and said, since nobody means that. */
function readDuration(node: ConfigNode, context: DecodeContext): number | undefined {
  if (node.kind === 'scalar' && node.type === 'integer') {
    const nanos = Number(node.value);
    if (nanos !== 0) {
      context.warn(
        node,
        `a number without a unit is nanoseconds: ${printGoDuration(nanos / NANOS_PER_MILLI)}`,
        `write the unit: ${nanos}s or ${nanos}ms`,
      );
    }
    return nanos / NANOS_PER_MILLI;
  }
  if (node.kind !== 'scalar' || node.type !== 'string') {
    context.error(
      node,
      `must be a duration, but is ${nameOf(node)}`,
      'write a number with a unit, such as 500ms, 30s or 1h30m',
    );
    return undefined;
  }
  const parsed = parseGoDuration(node.text);
  if (parsed.ok) return parsed.value;
  context.error(node, `${JSON.stringify(node.text)} is not a duration`, parsed.error);
  return undefined;
}

export interface BytesOptions extends ScalarOptions<number, number | string> {
  readonly min?: number;
  readonly max?: number;
}

/** Decodes to bytes; a number, or text with a unit where upstream takes one (`1MiB`). */
export function bytes<const O extends BytesOptions>(options?: O): Schema<number, AbsentOf<O>> {
  const written = options?.default;
  const shape = {
    kind: 'bytes',
    min: options?.min,
    max: options?.max,
    default: written,
  } as const;
  const value = typeof written === 'string' ? sizeOf(written) : written;
  return scalar(options, shape, value, (node, context) => {
    const size = node.kind === 'scalar' ? parseBytes(node.text) : undefined;
    if (size === undefined || !size.ok) {
      context.error(
        node,
        `must be a size, but is ${nameOf(node)}`,
        'write a number of bytes, or one with a unit, such as 512KiB or 4MiB',
      );
      return undefined;
    }
    const { min, max } = options ?? {};
    if ((min ?? 0) <= size.value && size.value <= (max ?? Number.MAX_SAFE_INTEGER))
      return size.value;
    context.error(node, `${size.value} bytes are not possible here`, rangeText(min, max));
    return undefined;
  });
}

function sizeOf(text: string): number {
  const parsed = parseBytes(text);
  if (!parsed.ok) throw new Error(`a declaration says the size ${parsed.error}`);
  return parsed.value;
}
