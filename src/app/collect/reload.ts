// A configuration that was read again: checked, then handed to the running engine; what is wrong with it is shown, and the
// one before runs on.

import { AppError } from '../../base/app-error.ts';
import type { Loaded } from '../../config/load.ts';
import { plainProblem } from '../../config/render.ts';
import type { Engine } from '../../pipeline/engine/engine.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { COMPONENTS } from '../components.ts';
import { planOf } from './plan-of.ts';

/** @returns what changed, a line each. Throws `RELOAD_FAILED`. */
export async function reloadEngine(
  engine: Engine,
  { document, errors }: Loaded,
  logger: Logger,
): Promise<readonly string[]> {
  if (document === undefined) {
    const lines = errors.map((problem) => {
      const { file, line, column, message, suggestion } = plainProblem(problem);
      return `${file}:${line}:${column}: ${message}${suggestion === undefined ? '' : `; ${suggestion}`}`;
    });
    engine.reloadRefused(lines);
    for (const line of lines) logger.error('the new configuration is wrong', { at: line });
    throw new AppError('RELOAD_FAILED', {
      message: `The new configuration is wrong, the one before runs on:\n${lines.join('\n')}`,
    });
  }
  try {
    const lines = await engine.reload(planOf(document, COMPONENTS));
    logger.info('configuration reloaded', { changes: lines.length });
    return lines;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.error('the new configuration does not run', { reason });
    throw error;
  }
}
