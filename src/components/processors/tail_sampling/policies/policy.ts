// What a policy is: it is shown the spans of one trace, run by run, and then votes. A policy keeps what it saw in plain
// variables, so that a trace can also be shown to it piece by piece when it is too large to be in memory at once.

import type { TraceIndex } from '../../../../otlp/index/trace-index.ts';

export type Vote = 'sampled' | 'not_sampled' | 'dropped';

/** Spans of one trace out of one request: `items[from..to)` are their numbers in `index`. */
export interface SpanRun {
  bytes: Uint8Array;
  index: TraceIndex;
  items: Int32Array;
  from: number;
  to: number;
}

/** What is known of a trace without its spans. */
export interface TraceFacts {
  /** Where its 16 id bytes are. */
  idBytes: Uint8Array;
  idAt: number;
  spans: number;
  /** Size as protobuf, with its resources and scopes. */
  bytes: number;
}

export interface Policy {
  /** Forgets the trace before. */
  begin(): void;
  take(run: SpanRun): void;
  /** After all runs. A limiter counts the trace here. Throws where it cannot tell: no vote. */
  vote(trace: TraceFacts): Vote;
  /**
   * With what chance a trace such as this one gets the vote `sampled` (of a drop policy: `dropped`). Asked after all runs;
   * counts nothing. 0 or 1 where the spans alone decide.
   */
  chance(trace: TraceFacts): number;
  /**
   * Called once for each trace voted on: whether its sampling depended on chance. Where something else decided, a
   * limiter's refusal left nothing uncounted.
   */
  settle(atRisk: boolean): void;
  /** The vote depends on more than the spans: on a hash, on a rate. */
  readonly random: boolean;
}

const nothing = (): void => {};

/** A policy that the spans alone decide. */
export const decidedBySpans = (
  parts: Pick<Policy, 'begin' | 'take'> & { readonly matches: (trace: TraceFacts) => boolean },
): Policy => ({
  begin: parts.begin,
  take: parts.take,
  vote: (trace) => (parts.matches(trace) ? 'sampled' : 'not_sampled'),
  chance: (trace) => (parts.matches(trace) ? 1 : 0),
  settle: nothing,
  random: false,
});

/** Sampled when a test is true of any span. */
export function anySpan(test: (run: SpanRun, span: number) => boolean): Policy {
  let found = false;
  return decidedBySpans({
    begin: () => {
      found = false;
    },
    take: (run) => {
      for (let at = run.from; at < run.to && !found; at++) found = test(run, run.items[at] ?? 0);
    },
    matches: () => found,
  });
}
