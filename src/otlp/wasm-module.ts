// Finds and compiles a WebAssembly module of ours: beside the code in the package, under dist/ when the program runs
// from its source.

import { existsSync, readFileSync } from 'node:fs';

/** The part of the global that is used: its full types come with the browser's. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: unknown };
};

/** A compiled module: nothing but a handle. */
export interface WasmModule {
  readonly compiled?: never;
}

/** Undefined when it is not built. */
export function compileWasm(places: readonly URL[]): WasmModule | undefined {
  const path = places.find((place) => existsSync(place));
  return path === undefined ? undefined : new WebAssembly.Module(readFileSync(path));
}

/** `T`: what the module exports. Its functions are not checked: they are built from the same tree. */
export const startWasm = <T>(module: WasmModule, env: object): T =>
  new WebAssembly.Instance(module, { env }).exports as T;
