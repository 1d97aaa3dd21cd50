// What the shop's visitors do: which request comes next, and how often. Pure; chance comes from outside.

import { assortment, categories, regions, scarceSku, USERS, userId } from '../shared/assortment.ts';

/** A number from 0 to 1. */
export type Chance = () => number;

export interface Visit {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

const LINES_MIN = 3;
const LINES_MAX = 9;
const SCARCE_SHARE = 0.02;
const ORDERS_REMEMBERED = 200;

type Kind =
  | 'checkout'
  | 'products'
  | 'product'
  | 'availability'
  | 'orders'
  | 'order'
  | 'refund'
  | 'quote'
  | 'addresses';

/** How often each comes among 100 requests. */
const weights: ReadonlyArray<readonly [Kind, number]> = [
  ['checkout', 30],
  ['products', 18],
  ['product', 16],
  ['availability', 10],
  ['quote', 9],
  ['orders', 8],
  ['order', 5],
  ['addresses', 3],
  ['refund', 1],
];

export class Visits {
  readonly #chance: Chance;
  readonly #orders: string[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** An order that was placed may be looked at or given back later. */
  remember(orderId: string): void {
    this.#orders.push(orderId);
    if (this.#orders.length > ORDERS_REMEMBERED) this.#orders.shift();
  }

  next(): Visit {
    return this.#visit(this.#kind());
  }

  checkout(): Visit {
    return { method: 'POST', path: '/checkout', body: this.#cart() };
  }

  #kind(): Kind {
    let rest = this.#chance() * 100;
    for (const [kind, weight] of weights) {
      rest -= weight;
      if (rest < 0) return kind;
    }
    return 'checkout';
  }

  #visit(kind: Kind): Visit {
    switch (kind) {
      case 'checkout':
        return this.checkout();
      case 'products':
        return { method: 'GET', path: `/products?category=${this.#one(categories)}` };
      case 'product':
        return { method: 'GET', path: `/products/${this.#sku()}` };
      case 'availability':
        return { method: 'GET', path: `/products/${this.#sku()}/availability` };
      case 'quote':
        return { method: 'POST', path: '/carts/quote', body: this.#cart() };
      case 'orders':
        return { method: 'GET', path: `/orders?userId=${this.#user()}` };
      case 'addresses':
        return { method: 'GET', path: `/users/${this.#user()}/addresses` };
      case 'order':
        return this.#ofAnOrder((id) => ({ method: 'GET', path: `/orders/${id}` }));
      case 'refund':
        return this.#ofAnOrder((id) => ({ method: 'POST', path: `/orders/${id}/refund` }));
    }
  }

  #ofAnOrder(visit: (id: string) => Visit): Visit {
    return this.#orders.length === 0 ? this.checkout() : visit(this.#one(this.#orders));
  }

  #cart(): unknown {
    const lines = LINES_MIN + Math.floor(this.#chance() * (LINES_MAX - LINES_MIN + 1));
    const skus = new Set<string>();
    while (skus.size < lines) skus.add(this.#sku());
    if (this.#chance() < SCARCE_SHARE) skus.add(scarceSku);
    return {
      userId: this.#user(),
      items: [...skus].map((sku) => ({ sku, quantity: 1 + Math.floor(this.#chance() ** 3 * 4) })),
      type: this.#chance() < 0.15 ? 'subscription' : 'single',
      region: this.#one(regions),
      paymentMethod: this.#chance() < 0.7 ? 'card' : 'wallet',
    };
  }

  /** Some articles are wanted more than others. */
  #sku(): string {
    const place = Math.floor(this.#chance() ** 1.6 * assortment.length);
    const { sku } = assortment[place] ?? { sku: scarceSku };
    return sku === scarceSku ? (assortment[0]?.sku ?? sku) : sku;
  }

  #user(): string {
    return userId(Math.floor(this.#chance() ** 1.3 * USERS));
  }

  #one<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.#chance() * list.length)] ?? list[0];
    if (found === undefined) throw new Error('chosen from an empty list');
    return found;
  }
}

/** Time to the next request: visitors come independently of each other, so the gaps are exponential. */
export function gapMs(requestsPerSecond: number, chance: number): number {
  return (-Math.log(1 - Math.min(chance, 0.995)) * 1_000) / requestsPerSecond;
}
