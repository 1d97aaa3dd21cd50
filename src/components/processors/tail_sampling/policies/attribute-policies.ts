// numeric_attribute, string_attribute, boolean_attribute: an attribute of a resource or of a span, found in the wire bytes.

import { RESOURCE, SPAN } from '../../../../otlp/fields.ts';
import { NONE } from '../../../../otlp/index/group-table.ts';
import { bytesTag } from '../../../../otlp/index/scan.ts';
import { found, findAttribute, foundDouble, foundInt, foundTrue, sameBytes } from './attribute.ts';
import { decidedBySpans, type Policy, type SpanRun } from './policy.ts';

const RESOURCE_ATTRIBUTES = bytesTag(RESOURCE.attributes);
const SPAN_ATTRIBUTES = bytesTag(SPAN.attributes);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Whether the value found last is a wanted one. */
type Test = (bytes: Uint8Array, ofSpan: boolean) => boolean;

/** Sampled when the attribute of any resource or span passes the test; with `invert`, when none does. */
function attributePolicy(key: string, invert: boolean, test: Test): Policy {
  const keyBytes = encoder.encode(key);
  let matched = false;
  // Many spans of a request share a resource: it is looked at once.
  let lastBytes: Uint8Array | undefined;
  let lastResource = NONE;
  let lastMatched = false;
  const resourceMatches = (run: SpanRun, resource: number): boolean => {
    if (run.bytes === lastBytes && resource === lastResource) return lastMatched;
    const { innerStart, innerEnd } = run.index.resources;
    const start = innerStart[resource] ?? NONE;
    const end = innerEnd[resource] ?? NONE;
    lastBytes = undefined; // should the test throw
    lastMatched =
      start !== NONE &&
      findAttribute(run.bytes, start, end, RESOURCE_ATTRIBUTES, keyBytes) &&
      test(run.bytes, false);
    lastBytes = run.bytes;
    lastResource = resource;
    return lastMatched;
  };
  return decidedBySpans({
    begin: () => {
      matched = false;
    },
    take: (run) => {
      const { bytes, index, items } = run;
      for (let at = run.from; at < run.to && !matched; at++) {
        const span = items[at] ?? 0;
        matched =
          resourceMatches(run, index.resource[span] ?? 0) ||
          (findAttribute(
            bytes,
            index.start[span] ?? 0,
            index.end[span] ?? 0,
            SPAN_ATTRIBUTES,
            keyBytes,
          ) &&
            test(bytes, true));
      }
    },
    matches: () => matched !== invert,
  });
}

export interface NumericAttribute {
  readonly key: string;
  readonly min_value?: bigint | undefined;
  readonly max_value?: bigint | undefined;
  readonly invert_match: boolean;
}

export function numericAttribute(config: NumericAttribute): Policy {
  const { key, min_value: min, max_value: max, invert_match } = config;
  const inRange = (value: bigint | number): boolean =>
    (min === undefined || value >= min) && (max === undefined || value <= max);
  return attributePolicy(key, invert_match, (bytes) => {
    if (found.kind === 'int') return inRange(foundInt(bytes));
    return found.kind === 'double' && inRange(foundDouble(bytes));
  });
}

export interface BooleanAttribute {
  readonly key: string;
  readonly value: boolean;
  readonly invert_match: boolean;
}

export const booleanAttribute = ({ key, value, invert_match }: BooleanAttribute): Policy =>
  attributePolicy(
    key,
    invert_match,
    (bytes) => found.kind === 'bool' && foundTrue(bytes) === value,
  );

export interface StringAttribute {
  readonly key: string;
  readonly values: readonly string[];
  readonly invert_match: boolean;
}

/** Empty values are not looked for; the empty text of a span never matches. */
export function stringAttribute({ key, values, invert_match }: StringAttribute): Policy {
  const wanted = values.filter((value) => value !== '').map((value) => encoder.encode(value));
  return attributePolicy(key, invert_match, (bytes) => {
    if (found.kind !== 'string') return false;
    const length = found.end - found.start;
    return wanted.some((value) => value.length === length && sameBytes(bytes, found.start, value));
  });
}

export interface PatternAttribute {
  readonly key: string;
  readonly matcher: (text: string) => boolean;
  /** Results remembered. */
  readonly cacheSize: number;
  readonly invert_match: boolean;
}

export function patternAttribute(config: PatternAttribute): Policy {
  const { key, matcher, cacheSize, invert_match } = config;
  /** By text, the one not asked for longest first. */
  const results = new Map<string, boolean>();
  const matches = (text: string): boolean => {
    const known = results.get(text);
    if (known !== undefined) {
      results.delete(text);
      results.set(text, known);
      return known;
    }
    const result = matcher(text);
    results.set(text, result);
    if (results.size > cacheSize) {
      const oldest = results.keys().next();
      if (oldest.done !== true) results.delete(oldest.value);
    }
    return result;
  };
  return attributePolicy(key, invert_match, (bytes, ofSpan) => {
    if (found.kind !== 'string') return false;
    if (ofSpan && found.start === found.end) return false;
    return matches(decoder.decode(bytes.subarray(found.start, found.end)));
  });
}
