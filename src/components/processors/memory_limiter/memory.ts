// The memory of this process as the limiter sees it.

import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Usage {
  /** Resident memory. */
  readonly rssBytes: number;
  /** Objects and request bodies, with those that are garbage already. */
  readonly dataBytes: number;
}

export interface Memory {
  usage(): Usage;
  collect(): void;
  /** Of the container, or of the machine where there is none. */
  readonly totalBytes: number;
}

export const processMemory: Memory = {
  usage: () => {
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rssBytes: rss, dataBytes: heapUsed + external };
  },
  collect: () => garbageCollector()(),
  get totalBytes() {
    const constrained = process.constrainedMemory();
    return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  },
};

let collector: (() => void) | undefined;

/** V8 gives it to contexts that are made after the flag was set. */
function garbageCollector(): () => void {
  if (collector !== undefined) return collector;
  setFlagsFromString('--expose-gc');
  // A context of its own: what it returns is V8's function.
  collector = runInNewContext('gc') as () => void;
  return collector;
}
