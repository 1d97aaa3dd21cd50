// What handlers share: the engine, the program, the clock, and the making of an answer's meta.

import type { HttpRequest } from '../../net/http-message.ts';
import { QueryScope } from '../../query/core/run.ts';
import { ServiceDirectory } from '../../query/core/service-directory.ts';
import type { NanoRange } from '../../query/core/time-range.ts';
import type { Engine } from '../../store/contract.ts';
import type { Recent } from '../../query/traces/search/found.ts';
import type { AnswerMeta, EmptyReason } from '../contract/common.ts';
import type { ProgramStatus } from './program.ts';

export interface NativeSettings {
  readonly engine: Engine;
  readonly program: ProgramStatus;
  /** Wall clock, ms; tests set it. */
  readonly now?: () => number;
}

export class NativeContext {
  readonly engine: Engine;
  readonly program: ProgramStatus;
  readonly services = new ServiceDirectory();
  readonly #now: () => number;

  constructor(settings: NativeSettings) {
    this.engine = settings.engine;
    this.program = settings.program;
    this.#now = settings.now ?? Date.now;
  }

  get nowMs(): number {
    return this.#now();
  }

  scope(request: HttpRequest): QueryScope {
    return new QueryScope(this.engine, { signal: request.signal });
  }

  recent(): Recent {
    const { lagMs, openSinceBlock } = this.program.tracePass();
    return { nowMs: this.nowMs, lagMs, openSinceBlock };
  }

  meta(
    scope: QueryScope,
    range: NanoRange | null,
    more: {
      readonly partial?: string | null;
      readonly estimated?: boolean;
      readonly empty?: EmptyReason | null;
    } = {},
  ): AnswerMeta {
    return {
      range: range === null ? null : { from: range.from.toString(), to: range.to.toString() },
      elapsedMs: Math.round(scope.elapsedMs * 10) / 10,
      rowsRead: scope.rowsRead,
      bytesRead: scope.bytesRead,
      partial: more.partial ?? null,
      estimated: more.estimated ?? false,
      empty: more.empty ?? null,
    };
  }

  /** Numbers from roll-ups are estimates while the trace pass samples. */
  get estimated(): boolean {
    return this.program.tracePass().sampledShare < 1;
  }
}
