// What a subcommand is, and the exit codes all of them share.

import type { Settings } from '../config/settings/declare.ts';

export const EXIT = { ok: 0, finding: 1, usage: 2, unreachable: 3 } as const;

export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly color: boolean;
  /** Width in characters. */
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** What follows the name: `[TRACE or "POST /checkout"]`. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: ReadonlyArray<readonly [line: string, text: string]>;
  readonly settings: Settings;
  /** @returns the exit code. `words` are the arguments after the command's name. */
  readonly run: (words: readonly string[], terminal: Terminal) => Promise<number>;
}
