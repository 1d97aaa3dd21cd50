// Both forms of the check's walk, for tests that hold them to the same.

import { defined } from '../../base/assert.ts';
import { loadWasmWalk, type RequestWalk, walkInTypeScript } from '../check/request-walk.ts';
import { ensureWasm } from './ensure-wasm.ts';

ensureWasm();

export const walkInWasm: RequestWalk = defined(loadWasmWalk(), 'walk.wasm');

export const WALK_FORMS: ReadonlyArray<readonly [form: string, walk: RequestWalk]> = [
  ['TypeScript', walkInTypeScript],
  ['WebAssembly', walkInWasm],
];
