// Configuration of policies. One list of blocks, one for each type; which types may stand inside which follows upstream:
// `and` and `drop` hold single policies and `not`, `composite` holds single ones and `and`, `not` holds one single one.

import {
  boolean,
  type ConfigOf,
  enumeration,
  int64,
  integer,
  list,
  number,
  object,
  type ObjectOf,
  optional,
  type Report,
  string,
} from '../../../../config/schema.ts';
import { compilePatterns } from './patterns.ts';

const SINGLE_TYPES = [
  'always_sample',
  'latency',
  'numeric_attribute',
  'probabilistic',
  'status_code',
  'string_attribute',
  'boolean_attribute',
  'rate_limiting',
  'bytes_limiting',
  'span_count',
  'trace_state',
  'trace_flags',
  'ottl_condition',
] as const;

/** Types without a block of their own. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['always_sample', 'trace_flags']);

/** What such a policy says of some spans of a trace stands whatever comes later. */
const EARLY_TYPES: ReadonlySet<string> = new Set([
  'always_sample',
  'probabilistic',
  'status_code',
  'numeric_attribute',
  'string_attribute',
  'boolean_attribute',
  'trace_state',
  'trace_flags',
]);

/** The type that needs the whole trace, with why; undefined where the policy can decide on spans as they come. */
export function needsWholeTrace(config: AnyPolicyConfig): string | undefined {
  const { and: all, drop: out } = config;
  const subs = all?.and_sub_policy ?? out?.drop_sub_policy;
  if (subs !== undefined) return subs.map(needsWholeTrace).find((one) => one !== undefined);
  if (!EARLY_TYPES.has(config.type)) return config.type;
  const inverted =
    config.numeric_attribute?.invert_match === true ||
    config.string_attribute?.invert_match === true ||
    config.boolean_attribute?.invert_match === true;
  return inverted ? `${config.type} with invert_match` : undefined;
}

const key = string({ required: true, text: 'Attribute of the resource or of a span.' });
const invert_match = boolean({ default: false, text: 'Sample traces in which nothing matches.' });

const latency = object({
  threshold_ms: integer({
    default: 0,
    min: 0,
    unit: 'ms',
    text: 'Shortest trace, from its first start to its last end.',
  }),
  upper_threshold_ms: integer({
    default: 0,
    min: 0,
    unit: 'ms',
    text: 'Longest one; a trace of threshold_ms exactly is then not sampled. 0: no limit.',
  }),
});

const numericAttribute = object({
  key,
  min_value: int64({ text: 'Least value, inclusive.' }),
  max_value: int64({ text: 'Largest value, inclusive.' }),
  invert_match,
}).check(({ min_value, max_value }, report) => {
  if (min_value === undefined && max_value === undefined) {
    report.at('', 'has neither min_value nor max_value', 'write at least one of them');
  } else if (min_value !== undefined && max_value !== undefined && min_value > max_value) {
    report.at('min_value', 'is more than max_value, so nothing matches', 'swap them');
  }
});

const probabilistic = object({
  sampling_percentage: number({
    default: 0,
    min: 0,
    unit: '%',
    text: 'Share of traces. 100 and more: all.',
  }),
  hash_salt: string({
    default: 'default-hash-seed',
    text: 'Mixed into the hash: other salts choose other traces.',
  }),
});

const statusCode = object({
  status_codes: list(enumeration(['OK', 'ERROR', 'UNSET']), {
    required: true,
    min: 1,
    text: 'Any span with one of these.',
  }),
});

const stringAttribute = object({
  key,
  values: list(string(), { text: 'Values, or regular expressions (RE2, found anywhere).' }),
  enabled_regex_matching: boolean({ default: false, text: 'Take values as regular expressions.' }),
  cache_max_size: integer({
    default: 128,
    min: 0,
    text: 'Results of regular expressions remembered.',
  }),
  invert_match,
}).check(({ values, enabled_regex_matching }, report) => {
  if (!enabled_regex_matching) return;
  const compiled = compilePatterns(values);
  if (!compiled.ok) {
    report.at(['values', compiled.error.at], compiled.error.message, compiled.error.remedy);
  }
});

const booleanAttribute = object({
  key,
  value: boolean({ default: false, text: 'The value to look for.' }),
  invert_match,
});

const rateLimiting = object({
  spans_per_second: integer({ required: true, min: 0, text: 'Spans of sampled traces a second.' }),
  burst_capacity: integer({
    default: 0,
    min: 0,
    text: 'Spans at once. A larger trace never passes. 0: twice spans_per_second.',
  }),
});

const bytesLimiting = object({
  bytes_per_second: integer({ required: true, min: 0, text: 'Bytes of sampled traces a second.' }),
  burst_capacity: integer({
    default: 0,
    min: 0,
    text: 'Bytes at once. A larger trace never passes. 0: twice bytes_per_second.',
  }),
});

const spanCount = object({
  min_spans: integer({ default: 0, min: 0, text: 'Fewest spans.' }),
  max_spans: integer({ default: 0, min: 0, text: 'Most spans. 0: no limit.' }),
});

const traceState = object({
  key: string({ required: true, text: 'Member of the trace state.' }),
  values: list(string(), { required: true, min: 1, text: 'Values, whole.' }),
});

const ottlCondition = object({
  error_mode: enumeration(['ignore', 'propagate', 'silent', ''], {
    default: '',
    text: 'What an error of a condition does.',
  }),
  span: list(string(), { text: 'Conditions on spans.' }),
  spanevent: list(string(), { text: 'Conditions on span events.' }),
});

const name = string({
  required: true,
  text: 'Name in metrics.',
  check: (text) => (text === '' ? 'must not be empty' : undefined),
});

const blocks = {
  latency: optional(latency, { text: 'Of type latency: how long the trace took.' }),
  numeric_attribute: optional(numericAttribute, { text: 'A number in a range.' }),
  probabilistic: optional(probabilistic, { text: 'A share of all traces.' }),
  status_code: optional(statusCode, { text: 'Status of any span.' }),
  string_attribute: optional(stringAttribute, { text: 'A text, or a pattern of it.' }),
  boolean_attribute: optional(booleanAttribute, { text: 'True or false.' }),
  rate_limiting: optional(rateLimiting, { text: 'As many spans a second.' }),
  bytes_limiting: optional(bytesLimiting, { text: 'As many bytes a second.' }),
  span_count: optional(spanCount, { text: 'Number of spans in the trace.' }),
  trace_state: optional(traceState, { text: 'A member of the trace state.' }),
  ottl_condition: optional(ottlCondition, { text: 'Not here yet.' }),
};

type Named = { readonly name: string; readonly type: string };

/** The block of the type must be there, others do nothing. */
function checkBlock(config: Named, report: Report): void {
  const { type } = config;
  if (type === 'ottl_condition') {
    report.at(
      'type',
      'ottl_condition is not here yet',
      'use string_attribute, numeric_attribute, boolean_attribute or status_code, joined by and',
    );
    return;
  }
  if (!PLAIN_TYPES.has(type) && !report.has(type)) {
    report.at('type', `${type} needs its block`, `add ${type}: with its settings`);
  }
  for (const [other, value] of Object.entries(config)) {
    if (other === 'name' || other === 'type' || other === type || value === undefined) continue;
    report.warn(other, `is not read, because the type is ${type}`, `leave it out`);
  }
}

const single = object(
  {
    name,
    type: enumeration(SINGLE_TYPES, { required: true, text: 'Kind of policy.' }),
    ...blocks,
  },
  { text: 'The policy whose votes are turned.' },
).check(checkBlock);

const not = object({ not_sub_policy: single }, { text: 'Sampled where that one is not.' });

const inAnd = object({
  name,
  type: enumeration([...SINGLE_TYPES, 'not'], { required: true, text: 'Kind of policy.' }),
  ...blocks,
  not: optional(not),
}).check(checkBlock);

const and = object({
  and_sub_policy: list(inAnd, { required: true, min: 1, text: 'All of them must sample.' }),
});

const inComposite = object({
  name,
  type: enumeration([...SINGLE_TYPES, 'and'], { required: true, text: 'Kind of policy.' }),
  ...blocks,
  and: optional(and, { text: 'All of several.' }),
}).check(checkBlock);

const composite = object({
  max_total_spans_per_second: integer({ required: true, min: 0, text: 'Spans a second in all.' }),
  policy_order: list(string(), {
    text: 'In which order they are asked; others follow as written.',
  }),
  composite_sub_policy: list(inComposite, {
    required: true,
    min: 1,
    text: 'The first that samples decides, within its share.',
  }),
  rate_allocation: list(
    object({
      policy: string({ required: true, text: 'Name of a policy in composite_sub_policy.' }),
      percent: integer({ default: 0, min: 0, max: 100, unit: '%', text: 'Its share.' }),
    }),
    { text: 'Shares of max_total_spans_per_second; without one, an equal share.' },
  ),
}).check((config, report) => {
  const names = new Set(config.composite_sub_policy.map((one) => one.name));
  const known = `write one of ${[...names].join(', ')}`;
  for (const [at, one] of config.policy_order.entries()) {
    if (!names.has(one)) report.at(['policy_order', at], `no policy here is named ${one}`, known);
  }
  for (const [at, one] of config.rate_allocation.entries()) {
    if (names.has(one.policy)) continue;
    report.at(['rate_allocation', at, 'policy'], `no policy here is named ${one.policy}`, known);
  }
});

export const policy = object({
  name,
  type: enumeration([...SINGLE_TYPES, 'and', 'not', 'drop', 'composite'], {
    required: true,
    text: 'Kind of policy.',
  }),
  ...blocks,
  and: optional(and, { text: 'All of several.' }),
  not: optional(not),
  drop: optional(
    object({
      drop_sub_policy: list(inAnd, {
        required: true,
        min: 1,
        text: 'Where all of them sample, the trace is dropped.',
      }),
    }),
    { text: 'Drops traces whatever the others say.' },
  ),
  composite: optional(composite, { text: 'Several in order, each with a share of a rate.' }),
}).check(checkBlock);

export type PolicyConfig = ConfigOf<typeof policy>;
export type SingleConfig = ObjectOf<typeof blocks> & Named;
export type CompositeConfig = ConfigOf<typeof composite>;
export type AnyPolicyConfig = SingleConfig & {
  readonly and?: ConfigOf<typeof and> | undefined;
  readonly not?: ConfigOf<typeof not> | undefined;
  readonly drop?: PolicyConfig['drop'];
  readonly composite?: CompositeConfig | undefined;
};
