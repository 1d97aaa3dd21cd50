// The scenarios: names for people, conditions for the processes. This is the only place where the two meet; no
// process but the demo's own knows the name.

import { ordinaryConditions } from '../shared/conditions.ts';
import type { Conditions } from '../shared/conditions.ts';
import { DemoError } from './demo-error.ts';

export interface Scenario {
  readonly name: string;
  /** One sentence: what happens in the shop. */
  readonly text: string;
}

interface Entry extends Scenario {
  readonly conditions: Conditions;
}

const { provider, orders, database, warehouse } = ordinaryConditions;

const entries: readonly Entry[] = [
  {
    name: 'healthy',
    text: 'Everything works as it should.',
    conditions: ordinaryConditions,
  },
  {
    name: 'slow-payment',
    text: 'The payment provider leaves some charges unanswered; the second attempt works, after a pause.',
    conditions: {
      ...ordinaryConditions,
      provider: { ...provider, unansweredShare: 0.38, answerMs: 190 },
    },
  },
  {
    name: 'slow-query',
    text: 'Reading what a customer has bought before takes more than a second, as without an index.',
    conditions: { ...ordinaryConditions, database: { ...database, historyScanMs: 1_400 } },
  },
  {
    name: 'lock-wait',
    text: 'A stocktaking in the warehouse keeps rows locked that orders want to reserve.',
    conditions: {
      ...ordinaryConditions,
      warehouse: { ...warehouse, stocktakingMs: 2_600, stocktakingPauseMs: 900 },
    },
  },
  {
    name: 'retry-storm',
    text: 'The payment provider is too busy, and two services on top of each other try again.',
    conditions: { ...ordinaryConditions, provider: { ...provider, busyShare: 0.72 } },
  },
  {
    name: 'n-plus-one',
    text: 'The discount is worked out with one query for each earlier order of the customer.',
    conditions: {
      ...ordinaryConditions,
      orders: { ...orders, historyReader: 'by-order' },
      database: { ...database, orderReadMs: 5 },
    },
  },
  {
    name: 'broken-propagation',
    text: 'A new version of the payment client loses the trace headers, so traces break in two.',
    conditions: { ...ordinaryConditions, orders: { ...orders, chargeClient: 'v2' } },
  },
  {
    name: 'error-burst',
    text: 'The product feed leaves out some dimensions for a while; packing those products fails.',
    conditions: {
      ...ordinaryConditions,
      warehouse: { ...warehouse, faultyFeedMs: 15_000, faultyFeedPauseMs: 10_000 },
    },
  },
  {
    name: 'cold-cache',
    text: 'Nothing stays in the product cache, and each product is read from a slow disk.',
    conditions: {
      ...ordinaryConditions,
      orders: { ...orders, catalogueKeptMs: 0 },
      database: { ...database, productReadMs: 90 },
    },
  },
];

export const DEFAULT_SCENARIO = 'slow-payment';

export const scenarios: readonly Scenario[] = entries.map(({ name, text }) => ({ name, text }));

export function conditionsOf(name: string): Conditions {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry.conditions;
  const known = entries.map((candidate) => candidate.name).join(', ');
  throw new DemoError(`There is no scenario ${name}. There are: ${known}.`);
}
