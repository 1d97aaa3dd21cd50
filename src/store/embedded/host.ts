// The engine host: a child process with ClickHouse in it, so that a crash or a memory limit there never takes the
// receivers down. Started by host-process.ts. Its life hangs on the IPC channel: when the server goes, it goes.

import { once } from 'node:events';
import { connect } from 'node:net';
import { HostEngine } from './host-engine.ts';
import { HostLink } from './host-link.ts';
import { toErrorMessage, type Order, type Report } from './protocol.ts';

/** The data directory shall be free for the next host after this, whatever is running. */
const EXIT_GRACE_MS = 1_000;

let engine: HostEngine | undefined;

// Ctrl-C and a stop of the process group reach the host too, but the server still needs it to drain.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.on('disconnect', () => void exit(0));
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(error));
process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  if (order.kind === 'close') return exit(0);
  try {
    engine = await HostEngine.open(order);
    const socket = connect(order.socketPath);
    socket.on('error', () => void exit(1));
    socket.on('close', () => void exit(0));
    await once(socket, 'connect');
    new HostLink(socket, engine, order.secret);
    await report({ kind: 'opened', version: engine.version });
  } catch (error) {
    await report({ kind: 'failed', error: toErrorMessage(error) });
    await exit(1);
  }
}

async function report(message: Report): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => process.send?.(message, undefined, {}, () => resolve()));
}

function fail(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  void exit(1);
}

/** Statements that do not stop in time are cut off: what the engine has acknowledged is in its files. */
async function exit(code: number): Promise<void> {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), EXIT_GRACE_MS);
  await engine?.close();
  process.exit(code);
}
