// The sentence: `[amount] of [total] ([share]) is [who] [doing what] on [whom]: [mechanism].` At most 30 words; when the
// mechanism would make it longer, it is told in fewer words or left out. Only what the trace shows is said.

import { isError } from '../terms/error.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import { PLAIN_NANOS, PLAIN_SHARE } from './choose.ts';
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

/** Nobody is blamed: no part has much of the time, or one has and the answer was quick, or it has too little to be slow. */
export function nothingSentence(
  tree: SpanTree,
  largest: Claim | undefined,
  totalNanos: number,
  stillArriving: boolean,
): Sentence {
  const total = durationText(totalNanos);
  if (stillArriving) return sentence(`So far ${total}`, '; spans are still arriving.');
  if (largest === undefined || totalNanos <= 0)
    return sentence('No part stands out', `: ${total} to the answer.`);
  const share = `${Math.round((largest.nanos / totalNanos) * 100)} %`;
  if (largest.nanos < totalNanos * PLAIN_SHARE)
    return sentence(
      'No part stands out',
      `: ${total} to the answer, the largest part has ${share}.`,
    );
  const part = `${durationText(largest.nanos)} (${share})`;
  const [lead, before] =
    totalNanos < PLAIN_NANOS
      ? [`Quick: ${total} to the answer`, `, ${part} of it`]
      : ['Nothing is slow by itself', `: of ${total} to the answer, ${part} is`];
  const rest = `${before} ${whereItWent(tree, largest)}.`;
  return wordCount(lead + rest) <= SENTENCE_MAX_WORDS
    ? sentence(lead, rest)
    : sentence(lead, `${before} one part.`);
}

/** `payment-service waiting on what it calls`: without a culprit whom it waited for is not named. */
function whereItWent(tree: SpanTree, claim: Claim): string {
  const { strings } = tree.columns;
  const who = shortName(strings[claim.service] ?? '') || 'a service without a name';
  switch (claim.kind) {
    case 'attempts':
    case 'wait':
    case 'edge':
      return `${who} waiting on what it calls`;
    case 'serial':
      return `${who} making calls one after another`;
    case 'none':
    case 'own':
      return doingWhat(tree, claim);
  }
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
