// The running processes of the demo, who listens where, and what all of them are told.

import type { ChildProcess } from 'node:child_process';
import type { Conditions } from '../shared/conditions.ts';
import type { FromChild } from '../shared/messages.ts';
import { DemoError } from './demo-error.ts';
import { WatchedProcess } from './watched-process.ts';

const START_DEADLINE_MS = 90_000; // a first start on a slow machine, without downloads
const FAILURES_MAX = 3; // of one process, one after another, while the demo starts
const CHECKOUT = 'POST /checkout';

export class Shop {
  readonly tell: (line: string) => void;
  readonly #processes: WatchedProcess[] = [];
  readonly #ports = new Map<string, number>();
  readonly #lastPorts = new Map<string, number>();
  readonly #ending = new AbortController();
  readonly #changes = new EventTarget();
  #conditions: Conditions;
  readonly #failures = new Map<string, number>();
  #lastEnd = '';
  #exportFailure = '';
  #checkoutExported = false;

  constructor(conditions: Conditions, tell: (line: string) => void) {
    this.#conditions = conditions;
    this.tell = tell;
  }

  /** Aborted when the demo stops. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Where it listens, or did last. */
  portOf(name: string): number {
    const port = this.#lastPorts.get(name);
    if (port === undefined) throw new DemoError(`${name} did not start.`);
    return port;
  }

  run(name: string, start: () => ChildProcess): void {
    const child = new WatchedProcess({
      name,
      start,
      onMessage: (message) => this.#take(child, message),
      onEnd: (how, lastLines, pauseMs) => this.#ended(name, how, lastLines, pauseMs),
    });
    this.#processes.push(child);
    child.start();
    this.#inform(child);
  }

  /** Goes on without it. */
  async leaveOut(name: string): Promise<void> {
    const left = this.#processes.findIndex((child) => child.name === name);
    const [child] = left < 0 ? [] : this.#processes.splice(left, 1);
    await child?.stop();
    this.#failures.delete(name);
  }

  setConditions(conditions: Conditions): void {
    this.#conditions = conditions;
    for (const child of this.#processes) child.send({ kind: 'conditions', conditions });
  }

  /** Resolves when each of these has said where it listens. */
  listening(names: readonly string[]): Promise<void> {
    const missing = (): string[] => names.filter((name) => !this.#ports.has(name));
    return this.#until(
      () => missing().length === 0,
      () => `${missing().join(', ')} did not start.`,
    );
  }

  firstCheckout(): Promise<void> {
    return this.#until(
      () => this.#checkoutExported,
      () => 'No checkout was exported.',
    );
  }

  /** Whoever waits for something to start is told that it will not. */
  end(): void {
    this.#ending.abort();
  }

  /** Visitors first, then what they visited, the database last. */
  async stop(): Promise<void> {
    this.end();
    const [database, ...others] = this.#processes;
    await Promise.all(others.map((child) => child.stop()));
    await database?.stop();
  }

  #take(child: WatchedProcess, message: FromChild): void {
    switch (message.kind) {
      case 'listening':
        this.#ports.set(message.name, message.port);
        this.#lastPorts.set(message.name, message.port);
        this.#failures.delete(child.name);
        for (const other of this.#processes) this.#inform(other);
        break;
      case 'ready':
        this.#inform(child);
        break;
      case 'exported':
        this.#exported(child.name, message);
        break;
      case 'checkout':
        break;
    }
    this.#changes.dispatchEvent(new Event('change'));
  }

  #exported(name: string, message: Extract<FromChild, { kind: 'exported' }>): void {
    if (!message.ok) {
      this.#exportFailure = `${name} could not export: ${message.detail}`;
      this.tell(this.#exportFailure);
    } else if (name === 'api-gateway' && message.detail === CHECKOUT) {
      this.#checkoutExported = true;
    }
  }

  #inform(child: WatchedProcess): void {
    child.send({ kind: 'peers', peers: Object.fromEntries(this.#ports) });
    child.send({ kind: 'conditions', conditions: this.#conditions });
  }

  #ended(name: string, how: string, lastLines: string, pauseMs: number): void {
    this.#ports.delete(name);
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
    const said = lastLines === '' ? '' : ` It said last:\n${lastLines}`;
    this.#lastEnd = `${name} ended (${how}).${said}`;
    this.tell(`${name} ended (${how}), starting it again in ${pauseMs / 1_000} s.${said}`);
    this.#changes.dispatchEvent(new Event('change'));
  }

  #until(done: () => boolean, problem: () => string): Promise<void> {
    if (this.ending.aborted) return Promise.reject(new DemoError('The demo was stopped.'));
    return new Promise((resolve, reject) => {
      const finish = (error?: DemoError): void => {
        clearTimeout(timer);
        this.#changes.removeEventListener('change', look);
        this.ending.removeEventListener('abort', ended);
        if (error === undefined) resolve();
        else reject(error);
      };
      const look = (): void => {
        if (done()) finish();
        else if ([...this.#failures.values()].some((count) => count >= FAILURES_MAX)) {
          finish(new DemoError(this.#lastEnd));
        }
      };
      const ended = (): void => finish(new DemoError('The demo was stopped.'));
      const late = (): void => {
        finish(
          new DemoError([problem(), this.#exportFailure, this.#lastEnd].filter(Boolean).join(' ')),
        );
      };
      const timer = setTimeout(late, START_DEADLINE_MS);
      this.#changes.addEventListener('change', look);
      this.ending.addEventListener('abort', ended);
      look();
    });
  }
}
