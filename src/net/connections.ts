// The connections of a server: how many there may be, and how they end. A drain lets answers under way finish and cuts
// what is left at the deadline.

import type { Socket } from 'node:net';

/** How often a drain looks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

export class Connections {
  readonly #sockets = new Set<Socket>();
  readonly #max: number;
  #refused = 0;
  #onEmpty: (() => void) | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#sockets.size;
  }

  get refused(): number {
    return this.#refused;
  }

  /** False: one too many; it was closed. */
  admit(socket: Socket): boolean {
    if (this.#sockets.size >= this.#max) {
      this.#refused++;
      socket.destroy();
      return false;
    }
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    return true;
  }

  /** Resolves when all are closed: those without work by `closeIdle`, the last ones at the deadline. */
  async drain(deadlineMs: number, closeIdle: () => void): Promise<void> {
    closeIdle();
    if (this.#sockets.size === 0) return;
    const looking = setInterval(closeIdle, IDLE_CHECK_MS);
    const deadline = setTimeout(() => this.destroyAll(), deadlineMs);
    await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearInterval(looking);
    clearTimeout(deadline);
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
