// The log alone: CPU-seconds per million spans and the time an append takes, for requests of 512 spans and 310 kB.
// With a reader that takes every record from memory, as the store does, and commits twice a second.
//
//   node bench/cases/log.ts [interval|always|off] [seconds]

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSegmentLog } from '../../src/log/open.ts';

const REQUEST_BYTES = 310_000;
const REQUEST_SPANS = 512;
/** Senders that wait for their answer: 4 SDK processes and a Collector of a few consumers. */
const SENDERS = 8;
/** 100,000 spans a second, what the whole receive path is held to. */
const PACED_REQUESTS_PER_SECOND = 195;

export interface LogBenchResult {
  readonly fsync: string;
  readonly pace: 'flat out' | '100k spans/s';
  readonly spansPerSecond: number;
  readonly cpuSecondsPerMillionSpans: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function benchLog(
  fsync: 'interval' | 'always' | 'off',
  seconds: number,
  paced: boolean,
): Promise<LogBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  try {
    const log = await openSegmentLog({ folder, fsync });
    const stop = new AbortController();
    const reader = log.reader('store');
    const reading = (async () => {
      let committedAt = performance.now();
      for await (const record of reader.read({ signal: stop.signal })) {
        if (performance.now() - committedAt < 500) continue;
        committedAt = performance.now();
        await reader.commit(record.next);
      }
    })();
    const body = randomBytes(REQUEST_BYTES);
    const times: number[] = [];
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    const until = startedAt + seconds * 1000;
    let sent = 0;
    const send = async (): Promise<void> => {
      // A copy of its own for each, as from the network; what this costs is measured below and taken off.
      const bytes = Buffer.from(body);
      bytes.writeUInt32LE(sent++, 1000);
      const at = performance.now();
      const outcome = await log.append({
        signal: 'traces',
        receiver: 'otlp',
        peer: '127.0.0.1',
        receivedAtMs: Date.now(),
        headers: {},
        bytes,
        items: REQUEST_SPANS,
      });
      if (outcome.kind !== 'stored') throw new Error(`the log answered ${outcome.kind}`);
      times.push(performance.now() - at);
    };
    const sender = async (index: number): Promise<void> => {
      for (let turn = 0; performance.now() < until; turn++) {
        if (paced) {
          const due = startedAt + ((turn * SENDERS + index) * 1000) / PACED_REQUESTS_PER_SECOND;
          const wait = due - performance.now();
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        }
        await send();
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, (_, index) => sender(index)));
    const elapsed = (performance.now() - startedAt) / 1000;
    await log.close();
    stop.abort();
    await reading;
    const used = process.cpuUsage(cpu);
    const copies = copyCost(body, sent);
    const spans = sent * REQUEST_SPANS;
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
    return {
      fsync,
      pace: paced ? '100k spans/s' : 'flat out',
      spansPerSecond: Math.round(spans / elapsed),
      cpuSecondsPerMillionSpans: (used.user + used.system - copies) / spans,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Microseconds of CPU for the copies that stand for the network. */
function copyCost(body: Buffer, count: number): number {
  const cpu = process.cpuUsage();
  let kept: Buffer = body;
  for (let index = 0; index < count; index++) kept = Buffer.from(body);
  const used = process.cpuUsage(cpu);
  return kept.length > 0 ? used.user + used.system : 0;
}

if (process.argv[1] === import.meta.filename) {
  const [fsync = 'interval', seconds = '5'] = process.argv.slice(2);
  if (fsync !== 'interval' && fsync !== 'always' && fsync !== 'off') {
    throw new Error(`fsync is interval, always or off, not ${fsync}`);
  }
  for (const paced of [true, false]) {
    const result = await benchLog(fsync, Number(seconds), paced);
    const { pace, spansPerSecond, cpuSecondsPerMillionSpans, p50Ms, p99Ms } = result;
    console.log(
      `log, fsync ${fsync}, ${pace}: ${spansPerSecond} spans/s, ${cpuSecondsPerMillionSpans.toFixed(2)} CPU-s/M spans, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
    );
  }
}
