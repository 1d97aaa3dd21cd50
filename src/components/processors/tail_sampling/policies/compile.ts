// From the configuration to policies; once, at the start.

import { assert } from '../../../../base/assert.ts';
import {
  booleanAttribute,
  numericAttribute,
  patternAttribute,
  stringAttribute,
} from './attribute-policies.ts';
import { and, composite, drop, not } from './combined.ts';
import type { AnyPolicyConfig, CompositeConfig } from './config.ts';
import { compilePatterns } from './patterns.ts';
import type { Policy } from './policy.ts';
import { limiter, type Monotonic, probabilistic } from './random-policies.ts';
import {
  alwaysSample,
  latency,
  spanCount,
  statusCode,
  traceFlags,
  traceState,
} from './span-policies.ts';

/** As upstream, where none is given. */
const DEFAULT_CACHE_SIZE = 128;

const USUAL_SPAN_BYTES = 500;

export function compilePolicy(config: AnyPolicyConfig, now: Monotonic): Policy {
  const single = compileSingle(config, now);
  if (single !== undefined) return single;
  if (config.and !== undefined) {
    return and(config.and.and_sub_policy.map((one) => compilePolicy(one, now)));
  }
  if (config.not !== undefined) return not(compilePolicy(config.not.not_sub_policy, now));
  if (config.drop !== undefined) {
    return drop(config.drop.drop_sub_policy.map((one) => compilePolicy(one, now)));
  }
  assert(config.composite !== undefined, `policy ${config.name} has no block ${config.type}`);
  return compileComposite(config.composite, now);
}

function compileSingle(config: AnyPolicyConfig, now: Monotonic): Policy | undefined {
  switch (config.type) {
    case 'always_sample':
      return alwaysSample();
    case 'trace_flags':
      return traceFlags();
    case 'latency':
      return config.latency && latency(config.latency);
    case 'status_code':
      return config.status_code && statusCode(config.status_code.status_codes);
    case 'span_count':
      return config.span_count && spanCount(config.span_count);
    case 'trace_state':
      return config.trace_state && traceState(config.trace_state);
    case 'numeric_attribute':
      return config.numeric_attribute && numericAttribute(config.numeric_attribute);
    case 'boolean_attribute':
      return config.boolean_attribute && booleanAttribute(config.boolean_attribute);
    case 'string_attribute':
      return compileString(config.string_attribute);
    case 'probabilistic': {
      const { sampling_percentage = 0, hash_salt = '' } = config.probabilistic ?? {};
      return probabilistic(sampling_percentage, hash_salt);
    }
    default:
      return compileLimiter(config, now);
  }
}

function compileLimiter(
  { rate_limiting, bytes_limiting, type }: AnyPolicyConfig,
  now: Monotonic,
): Policy | undefined {
  if (type === 'rate_limiting' && rate_limiting !== undefined) {
    const { spans_per_second: perSecond, burst_capacity: burst } = rate_limiting;
    return limiter({
      perSecond,
      burst,
      now,
      spansPerSecond: perSecond,
      sizeOf: ({ spans }) => spans,
    });
  }
  if (type === 'bytes_limiting' && bytes_limiting !== undefined) {
    const { bytes_per_second: perSecond, burst_capacity: burst } = bytes_limiting;
    const spansPerSecond = perSecond / USUAL_SPAN_BYTES;
    return limiter({ perSecond, burst, now, spansPerSecond, sizeOf: ({ bytes }) => bytes });
  }
  return undefined;
}

function compileString(config: AnyPolicyConfig['string_attribute']): Policy | undefined {
  if (config === undefined) return undefined;
  const { key, values, invert_match, enabled_regex_matching, cache_max_size } = config;
  if (!enabled_regex_matching) return stringAttribute({ key, values, invert_match });
  const matcher = compilePatterns(values);
  assert(matcher.ok, 'patterns are checked when the configuration is read');
  const cacheSize = cache_max_size === 0 ? DEFAULT_CACHE_SIZE : cache_max_size;
  return patternAttribute({ key, matcher: matcher.value, cacheSize, invert_match });
}

function compileComposite(config: CompositeConfig, now: Monotonic): Policy {
  const { composite_sub_policy: subs, max_total_spans_per_second: total } = config;
  const equal = total / subs.length;
  const shares = new Map(config.rate_allocation.map(({ policy, percent }) => [policy, percent]));
  const place = (name: string): number => {
    const at = config.policy_order.indexOf(name);
    return at === -1 ? config.policy_order.length : at;
  };
  const parts = subs
    .toSorted((a, b) => place(a.name) - place(b.name))
    .map((sub) => {
      const percent = shares.get(sub.name) ?? 0;
      const spansPerSecond = percent === 0 ? equal : (percent / 100) * total;
      return { policy: compilePolicy(sub, now), spansPerSecond };
    });
  return composite(parts, total, now);
}
