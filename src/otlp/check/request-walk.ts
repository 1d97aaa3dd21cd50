// Which form of the walk is used: WebAssembly, or, where that is not built, TypeScript, which is twice as slow.

import type { Signal } from '../../base/signal.ts';
import { CHECK_TABLES } from './check-tables.ts';
import { type Walk, walkRequest } from './walk.ts';
import { WasmWalk } from './wasm/wasm-walk.ts';

export type RequestWalk = (signal: Signal, bytes: Uint8Array) => Walk;

export const walkInTypeScript: RequestWalk = (signal, bytes) =>
  walkRequest(bytes, CHECK_TABLES[signal]);

/** Undefined when it is not built. */
export function loadWasmWalk(): RequestWalk | undefined {
  const loaded = WasmWalk.load();
  return loaded === undefined ? undefined : (signal, bytes) => loaded.walk(signal, bytes);
}

interface ChosenWalk {
  readonly walk: RequestWalk;
  /** For the log, when it is not the fast one. */
  readonly whySlow?: string;
}

export const chooseWalk = (fast: RequestWalk | undefined): ChosenWalk =>
  fast === undefined
    ? {
        walk: walkInTypeScript,
        whySlow: 'walk.wasm is not built. Run "node tools/scripts/build-wasm.mjs".',
      }
    : { walk: fast };

let chosen: ChosenWalk | undefined;
let isSaid = false;

const choice = (): ChosenWalk => {
  chosen ??= chooseWalk(loadWasmWalk());
  return chosen;
};

/** The fastest form there is. */
export const bestWalk = (): RequestWalk => choice().walk;

/** Why checking is slower than it could be, for the log; undefined when it is not, or when it was said before. */
export function whyCheckIsSlow(): string | undefined {
  if (isSaid) return undefined;
  isSaid = true;
  return choice().whySlow;
}
