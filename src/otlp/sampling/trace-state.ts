// The trace state of a span as samplers see it: the member `ot` with its threshold and randomness, everything else kept.
// https://www.w3.org/TR/trace-context/#tracestate-header and
// https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/

import type { Bits56 } from './bits56.ts';
import { hexOf } from './bits56.ts';
import { adjustedCountOf, parseRandomness, parseThreshold, thresholdText } from './threshold.ts';

/** As W3C has them: of all, of pairs, of one value; and of the `ot` member. */
const MAX_CHARACTERS = 1024;
const MAX_MEMBERS = 32;
const MAX_OT_CHARACTERS = 256;

const KEY =
  '(?:[a-z][a-z0-9_\\-*/]{0,255}|[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13})';
const VALUE = '[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]';
const MEMBER = new RegExp(`^${KEY}=${VALUE}$`);
const OT_MEMBER = /^[a-z][a-z0-9]*:[a-zA-Z0-9._-]*(?:;[a-z][a-z0-9]*:[a-zA-Z0-9._-]*)*$/;

export interface TraceState {
  readonly threshold: Bits56 | undefined;
  readonly randomness: Bits56 | undefined;
  /** Other parts of `ot`, and other members, as they were. */
  readonly otherParts: readonly string[];
  readonly otherMembers: readonly string[];
}

export const NO_TRACE_STATE: TraceState = {
  threshold: undefined,
  randomness: undefined,
  otherParts: [],
  otherMembers: [],
};

/** @returns undefined where it is no trace state, or its `ot` says nonsense. */
export function parseTraceState(text: string): TraceState | undefined {
  if (text === '') return NO_TRACE_STATE;
  if (text.length > MAX_CHARACTERS) return undefined;
  const members = text
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  if (members.length > MAX_MEMBERS || !members.every((member) => MEMBER.test(member))) {
    return undefined;
  }
  const otherMembers = members.filter((member) => !member.startsWith('ot='));
  const ot = members.find((member) => member.startsWith('ot='))?.slice(3);
  return ot === undefined ? { ...NO_TRACE_STATE, otherMembers } : withOt(ot, otherMembers);
}

function withOt(ot: string, otherMembers: readonly string[]): TraceState | undefined {
  if (ot.length > MAX_OT_CHARACTERS || !OT_MEMBER.test(ot)) return undefined;
  let threshold: Bits56 | undefined;
  let randomness: Bits56 | undefined;
  const otherParts: string[] = [];
  for (const part of ot.split(';')) {
    if (part.startsWith('th:')) {
      threshold = parseThreshold(part.slice(3));
      if (threshold === undefined) return undefined;
    } else if (part.startsWith('rv:')) {
      randomness = parseRandomness(part.slice(3));
      if (randomness === undefined) return undefined;
    } else {
      otherParts.push(part);
    }
  }
  return { threshold, randomness, otherParts, otherMembers };
}

/** With `ot` first, as who changes a member must put it. */
export function traceStateText(state: TraceState): string {
  const { threshold, randomness } = state;
  const th = threshold === undefined ? '' : thresholdText(threshold);
  const parts = [
    ...(randomness === undefined ? [] : [`rv:${hexOf(randomness)}`]),
    ...(th === '' ? [] : [`th:${th}`]),
    ...state.otherParts,
  ];
  const ot = parts.length === 0 ? [] : [`ot=${parts.join(';')}`];
  return [...ot, ...state.otherMembers].join(',');
}

const OT = /(?:^|,)[ \t]*ot=([^,]*)/;
const TH = /(?:^|;)th:([0-9a-fA-F]{1,14})[ \t]*(?:;|$)/;

/**
 * How many spans a span with this trace state stands for; undefined where it gives no (valid) threshold. More forgiving
 * than `parseTraceState`: what else is wrong with the text does not matter here.
 */
export function adjustedCount(traceState: string): number | undefined {
  const member = OT.exec(traceState)?.[1];
  const hex = member === undefined ? undefined : TH.exec(member)?.[1];
  const threshold = hex === undefined ? undefined : parseThreshold(hex);
  return threshold === undefined ? undefined : adjustedCountOf(threshold);
}
