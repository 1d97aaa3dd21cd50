// A CPU profile of this process by V8's sampling profiler.

import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';
import { type CallFrame, ProfileWriter } from './profile-writer.ts';

const NANOS_PER_MICRO = 1000;
/** V8's name for time in which nothing ran: no CPU time. */
const IDLE = '(idle)';

export class CpuProfile {
  readonly #session = new Session();
  readonly #intervalMicros: number;

  constructor(intervalMicros: number) {
    this.#intervalMicros = intervalMicros;
  }

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.setSamplingInterval', { interval: this.#intervalMicros });
    await this.#session.post('Profiler.start');
  }

  /** @param endMs wall time. @returns the profile as pprof reads it. */
  async finish(endMs: number): Promise<Buffer> {
    try {
      const { profile } = await this.#session.post('Profiler.stop');
      return await pprofOfCpu(profile, this.#intervalMicros, endMs);
    } finally {
      this.#session.disconnect();
    }
  }
}

function pprofOfCpu(
  profile: Profiler.Profile,
  intervalMicros: number,
  endMs: number,
): Promise<Buffer> {
  const durationMicros = profile.endTime - profile.startTime;
  const cpu = { type: 'cpu', unit: 'nanoseconds' };
  const writer = new ProfileWriter({
    sampleTypes: [{ type: 'samples', unit: 'count' }, cpu],
    periodType: cpu,
    period: intervalMicros * NANOS_PER_MICRO,
    timeNanos: BigInt(Math.round(endMs * 1000 - durationMicros)) * BigInt(NANOS_PER_MICRO),
    durationNanos: BigInt(Math.round(durationMicros)) * BigInt(NANOS_PER_MICRO),
    comments: [],
  });
  const { samples = [], timeDeltas = [] } = profile;
  const taken = new Map<number, { count: number; micros: number }>();
  let atMicros = profile.startTime;
  for (const [at, node] of samples.entries()) {
    atMicros += timeDeltas[at] ?? 0;
    // A sample stands for the time until the next one.
    const micros = timeDeltas[at + 1] ?? profile.endTime - atMicros;
    const sum = taken.get(node) ?? { count: 0, micros: 0 };
    sum.count++;
    sum.micros += Math.max(0, micros);
    taken.set(node, sum);
  }
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  for (const [node, { count, micros }] of taken) {
    if (frames.get(node)?.functionName === IDLE) continue;
    writer.sample(stackOf(node, parents, frames), [count, micros * NANOS_PER_MICRO]);
  }
  return writer.finish();
}

/** The innermost first, without the root. */
function stackOf(
  leaf: number,
  parents: ReadonlyMap<number, number>,
  frames: ReadonlyMap<number, CallFrame>,
): CallFrame[] {
  const stack: CallFrame[] = [];
  for (let id: number | undefined = leaf; id !== undefined; id = parents.get(id)) {
    const frame = frames.get(id);
    if (frame !== undefined && parents.has(id)) stack.push(frame);
  }
  return stack;
}
