// One process of the demo: started, listened to, started again with growing pauses when it ends by itself, stopped.

import type { ChildProcess } from 'node:child_process';
import { fromChild, parseLine } from '../shared/messages.ts';
import type { FromChild, ToChild } from '../shared/messages.ts';
import { Backoff } from './backoff.ts';
import { LastLines } from './last-lines.ts';

const STOP_DEADLINE_MS = 5_000; // more than the children give themselves

export interface WatchedSettings {
  readonly name: string;
  readonly start: () => ChildProcess;
  readonly onMessage: (message: FromChild) => void;
  /** It ended by itself; `pauseMs` is the time until it is started again. */
  readonly onEnd: (how: string, lastLines: string, pauseMs: number) => void;
}

export class WatchedProcess {
  readonly name: string;
  readonly #settings: WatchedSettings;
  readonly #backoff = new Backoff();
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(settings: WatchedSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    if (this.#stopping) return;
    const startedMs = performance.now();
    const child = this.#settings.start();
    const said = new LastLines((line) => this.#take(parseLine(line)));
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => said.write(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => said.write(text));
    child.stdin?.on('error', () => undefined); // it ended; `exit` says so
    child.on('message', (value) => this.#take(fromChild(value)));
    let failure = '';
    child.on('error', (error) => (failure = error.message));
    child.on('close', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (this.#stopping) return;
      const how = failure === '' ? (signal ?? `exit code ${code ?? 'unknown'}`) : failure;
      const pauseMs = this.#backoff.nextPauseMs(performance.now() - startedMs);
      this.#timer = setTimeout(() => this.start(), pauseMs);
      this.#settings.onEnd(how, said.text(), pauseMs);
    });
  }

  send(message: ToChild): void {
    const child = this.#child;
    if (child === undefined) return;
    if (child.connected) child.send(message, () => undefined);
    else if (child.stdin?.writable === true) child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('close', () => done()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended;
    clearTimeout(timer);
  }

  #take(message: FromChild | undefined): void {
    if (message !== undefined) this.#settings.onMessage(message);
  }
}
