// What the shop's surroundings are like at the moment: how the payment provider behaves, how warm a cache is, who
// else uses the database. Every process reads its own part; none knows why the values are as they are.

export interface Conditions {
  readonly provider: ProviderConditions;
  readonly orders: OrderConditions;
  readonly database: DatabaseConditions;
  readonly warehouse: WarehouseConditions;
}

/** The payment provider. Shares are of requests, 0 to 1. */
export interface ProviderConditions {
  /** Charges seen for the first time that never get an answer. */
  readonly unansweredShare: number;
  /** Requests answered with 503. */
  readonly busyShare: number;
  readonly answerMs: number;
  /** A charge sent again is looked up among those already taken, which takes longer. */
  readonly repeatedAnswerMs: number;
}

export interface OrderConditions {
  /** How long a product stays in the catalogue cache; 0 keeps nothing. */
  readonly catalogueKeptMs: number;
  readonly historyReader: 'joined' | 'by-order';
  readonly chargeClient: 'v1' | 'v2';
}

export interface DatabaseConditions {
  readonly historyScanMs: number;
  readonly orderReadMs: number;
  readonly productReadMs: number;
}

/** The warehouse's own system, which works on the same tables as the shop. */
export interface WarehouseConditions {
  /** How long a stocktaking keeps its rows; 0 takes no stock. */
  readonly stocktakingMs: number;
  readonly stocktakingPauseMs: number;
  /** How long a faulty delivery of product data stays in place; 0 delivers only sound data. */
  readonly faultyFeedMs: number;
  readonly faultyFeedPauseMs: number;
}

export const ordinaryConditions: Conditions = {
  provider: { unansweredShare: 0, busyShare: 0, answerMs: 75, repeatedAnswerMs: 700 },
  orders: { catalogueKeptMs: 600_000, historyReader: 'joined', chargeClient: 'v1' },
  database: { historyScanMs: 0, orderReadMs: 0, productReadMs: 0 },
  warehouse: {
    stocktakingMs: 0,
    stocktakingPauseMs: 1_000,
    faultyFeedMs: 0,
    faultyFeedPauseMs: 8_000,
  },
};
