// The sentence: `[amount] of [total] ([share]) is [who] [doing what] on [whom]: [mechanism].` At most 30 words; when the
// mechanism would make it longer, it is told in fewer words or left out. Only what the trace shows is said.

import { isError } from '../terms/error.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Claim } from './claims.ts';
import { mechanismsOf } from './mechanism.ts';
import { amountText, durationText, peerText, secondsText, shortName } from './words.ts';

export const SENTENCE_MAX_WORDS = 30;

export interface Sentence {
  /** First clause, set in bold: amount and share, or the finding itself. */
  readonly lead: string;
  /** What follows the lead, with its leading space or punctuation. */
  readonly rest: string;
  /** Lead and rest. */
  readonly text: string;
}

const sentence = (lead: string, rest: string): Sentence => ({ lead, rest, text: lead + rest });

export function culpritSentence(
  tree: SpanTree,
  claim: Claim,
  totalNanos: number,
  sinceArriving: boolean,
): Sentence {
  const amount = amountText(claim.nanos, totalNanos);
  const lead = sinceArriving ? `So far ${amount}` : amount;
  const base = ` is ${doingWhat(tree, claim)}`;
  for (const mechanism of mechanismsOf(tree, claim)) {
    const rest = mechanism === '' ? `${base}.` : `${base}${mechanism}.`;
    if (wordCount(lead + rest) <= SENTENCE_MAX_WORDS) return sentence(lead, rest);
  }
  return sentence(lead, `${base}.`);
}

/** Two claims that the trace does not tell apart. */
export function closeSentence(
  tree: SpanTree,
  first: Claim,
  second: Claim,
  totalNanos: number,
): Sentence {
  const lead = amountText(first.nanos, totalNanos);
  const rest = ` is ${doingWhat(tree, first)}; ${secondsText(second.nanos)} is ${doingWhat(tree, second)}.`;
  return wordCount(lead + rest) <= SENTENCE_MAX_WORDS
    ? sentence(lead, rest)
    : sentence(lead, ` is ${doingWhat(tree, first)}.`);
}

/** No part stands out; nobody is named. */
export function nothingSentence(
  largest: Claim | undefined,
  totalNanos: number,
  stillArriving: boolean,
): Sentence {
  const total = durationText(totalNanos);
  const lead = stillArriving ? `So far ${total}` : 'No part stands out';
  const share = totalNanos > 0 && largest !== undefined ? (largest.nanos / totalNanos) * 100 : 0;
  const rest = stillArriving
    ? '; spans are still arriving.'
    : `: ${total} to the answer, the largest part has ${Math.round(share)} %.`;
  return sentence(lead, rest);
}

/** `payment-service waiting on api.example` */
function doingWhat(tree: SpanTree, claim: Claim): string {
  const { strings } = tree.columns;
  const who = shortName(strings[claim.service] ?? '') || 'a service without a name';
  const operation = shortName(strings[operationOf(claim)] ?? '');
  const whom = shortName(peerText(strings[claim.peer] ?? ''));
  switch (claim.kind) {
    case 'attempts':
    case 'wait':
    case 'edge':
      return `${who} waiting on ${whom || `${operation}, whose other side is not named`}`;
    case 'serial':
      return `${who} calling ${whom || operation} one after another`;
    case 'none':
      return `not covered by any span in ${who}`;
    case 'own':
      return `${who} computing in ${operation || 'a span without a name'}`;
  }
}

export const operationOf = (claim: Claim): number =>
  claim.operation !== 0 ? claim.operation : (claim.parts[0]?.operation ?? 0);

/** The short form for lists: `3.41 s waiting on api.example, 2 attempts`. */
export function shortForm(tree: SpanTree, claim: Claim): string {
  const { strings } = tree.columns;
  const amount = secondsText(claim.nanos);
  const operation = shortName(strings[operationOf(claim)] ?? '');
  const whom = shortName(peerText(strings[claim.peer] ?? '')) || operation;
  switch (claim.kind) {
    case 'attempts': {
      const attempts = claim.groups.reduce((sum, { members }) => sum + members.length, 0);
      return `${amount} waiting on ${whom}, ${attempts} attempts`;
    }
    case 'wait': {
      const failed = claim.parts[0]?.spans.some((span) => isError(tree.columns, span)) ?? false;
      return `${amount} waiting on ${whom}${failed ? ', failed' : ''}`;
    }
    case 'edge':
      return `${amount} waiting on ${whom}, on the way`;
    case 'serial':
      return `${amount} calling ${whom} one after another, ${claim.parts[0]?.calls ?? 0} calls`;
    case 'none':
      return `${amount} not covered by any span in ${shortName(strings[claim.service] ?? '')}`;
    case 'own':
      return `${amount} computing in ${shortName(strings[claim.service] ?? '')}`;
  }
}

export const wordCount = (text: string): number => text.split(/\s+/).filter(Boolean).length;
