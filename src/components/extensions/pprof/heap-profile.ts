// What is on the heap of this process, by V8's sampling profiler: it notes an allocation every so many bytes, and forgets
// it when it is collected.

import { Session } from 'node:inspector/promises';
import type { HeapProfiler } from 'node:inspector';
import { type CallFrame, ProfileWriter } from './profile-writer.ts';

/** As Go: little enough to be always on. */
const HEAP_INTERVAL_BYTES = 512 * 1024;

export class HeapProfile {
  readonly #session = new Session();
  readonly #intervalBytes: number;

  constructor(intervalBytes = HEAP_INTERVAL_BYTES) {
    this.#intervalBytes = intervalBytes;
  }

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('HeapProfiler.startSampling', {
      samplingInterval: this.#intervalBytes,
    });
  }

  /** @param collect garbage first. @param nowMs wall time. */
  async take(collect: boolean, nowMs: number): Promise<Buffer> {
    if (collect) await this.#session.post('HeapProfiler.collectGarbage');
    const { profile } = await this.#session.post('HeapProfiler.getSamplingProfile');
    return pprofOfHeap(profile, this.#intervalBytes, nowMs);
  }

  async stop(): Promise<void> {
    await this.#session.post('HeapProfiler.stopSampling');
    this.#session.disconnect();
  }
}

function pprofOfHeap(
  profile: HeapProfiler.SamplingHeapProfile,
  intervalBytes: number,
  nowMs: number,
): Promise<Buffer> {
  const space = { type: 'inuse_space', unit: 'bytes' };
  const { rss, external, heapUsed } = process.memoryUsage();
  const writer = new ProfileWriter({
    sampleTypes: [space],
    periodType: { type: 'space', unit: 'bytes' },
    period: intervalBytes,
    timeNanos: BigInt(Math.round(nowMs)) * 1_000_000n,
    durationNanos: 0n,
    comments: [
      `buffers outside of the heap are not in it: rss ${rss} B, heap ${heapUsed} B, external ${external} B`,
    ],
  });
  const visit = (node: HeapProfiler.SamplingHeapProfileNode, above: readonly CallFrame[]): void => {
    const stack = [node.callFrame, ...above];
    if (node.selfSize > 0) writer.sample(stack, [node.selfSize]);
    for (const child of node.children) visit(child, stack);
  };
  for (const child of profile.head.children) visit(child, []);
  return writer.finish();
}
