// How many bytes of requests may be in memory at once, over all connections. Without it 10,000 slow senders of 64 MiB
// each would be within every other limit.

import { AppError } from '../base/app-error.ts';

export class ByteBudget {
  #held = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#held;
  }

  /** A share for one request, given back as a whole. */
  share(): BudgetShare {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.#held + bytes > this.#maxBytes) throw this.#exhausted();
        this.#held += bytes;
        mine += bytes;
      },
      release: () => {
        this.#held -= mine;
        mine = 0;
      },
    };
  }

  #exhausted(): AppError {
    return new AppError('NET_BUSY', {
      message: `Requests of ${this.#held} B are already being received, which is the limit of ${this.#maxBytes} B. Try again in a moment.`,
      details: { maxBytes: this.#maxBytes },
      retryable: true,
    });
  }
}

export interface BudgetShare {
  /** @throws AppError `NET_BUSY` */
  readonly take: (bytes: number) => void;
  readonly release: () => void;
}
