// Brings the files of one cut into the engine, whatever the engine does meanwhile: exactly once, because the same file
// always has the same token.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Engine } from '../contract.ts';
import { storedColumns } from '../schema/table.ts';
import { TABLES } from '../schema/tables.ts';
import type { BlockFolder, Manifest } from './block-folder.ts';
import { cutName } from './cut-name.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;
/** An insert that the engine refuses for its own sake is tried this often before the cut is set aside. */
const REFUSALS_MAX = 5;

export interface InsertContext {
  readonly engine: Engine;
  readonly folder: BlockFolder;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onRetry: (error: AppError) => void;
}

/** `damaged`: a file is not what was written; write it again from the log. `refused`: the engine will not have it. */
export type InsertOutcome = 'inserted' | 'damaged' | 'refused' | 'aborted';

const columnsOf: ReadonlyMap<string, readonly string[]> = new Map(
  TABLES.map((table) => [table.name, storedColumns(table)]),
);

export async function insertCut(
  manifest: Manifest,
  context: InsertContext,
): Promise<InsertOutcome> {
  for (const { table } of manifest.files) {
    const outcome = await insertFile(manifest, table, context);
    if (outcome !== 'inserted') return outcome;
  }
  return 'inserted';
}

async function insertFile(
  manifest: Manifest,
  table: string,
  context: InsertContext,
): Promise<InsertOutcome> {
  const { engine, folder, logger, signal } = context;
  const { cut } = manifest;
  const insert = {
    table,
    path: folder.path(cut, table),
    columns: columnsOf.get(table) ?? [],
    token: `${folder.writerId}:${cutName(cut)}:${table}`,
  };
  let refusals = 0;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    if (signal.aborted) return 'aborted';
    try {
      await engine.insertBlock(insert);
      return 'inserted';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (signal.aborted) return 'aborted';
      if (error.code === 'BLOCK_DAMAGED') return 'damaged';
      if (!passes(error) && ++refusals >= REFUSALS_MAX) {
        return (await folder.verified(cut)) === undefined ? 'damaged' : 'refused';
      }
      context.onRetry(error);
      logger.warn('storing waits for the engine', { table, code: error.code, retryInMs: delayMs });
    }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Errors that say something of the engine's state, not of the block: they pass. */
const passes = (error: AppError): boolean =>
  error.retryable ||
  error.code.startsWith('ENGINE_') ||
  error.code.startsWith('QUERY_') ||
  error.code === 'DISK_FULL';
