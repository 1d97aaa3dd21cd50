// Brings a sealed batch into the store, however often the engine has to be asked: the same tokens change nothing twice.

import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../base/app-error.ts';
import type { Engine } from '../../store/contract.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { CheckpointFolder, PassBatch } from './checkpoint.ts';
import { insertOf } from './inserts.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;
/** A refusal for the batch's own sake is tried this often before the batch is set aside. */
const REFUSALS_MAX = 5;

export interface InsertContext {
  readonly engine: Engine;
  readonly folder: CheckpointFolder;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onWaiting: (error: AppError | undefined) => void;
}

/** `aborted`: the pass was stopped; the batch stays and is inserted at the next start. */
export async function insertBatch(
  batch: PassBatch,
  context: InsertContext,
): Promise<'inserted' | 'refused' | 'aborted'> {
  const { engine, folder, signal } = context;
  for (const { table, token } of batch.files) {
    const outcome = await persist(context, async () =>
      engine.insertBlock(insertOf(table, folder.path(table), token)),
    );
    if (outcome === 'refused') return setAside(batch, context);
    if (outcome === 'aborted' || signal.aborted) return 'aborted';
  }
  await folder.commit(batch);
  return 'inserted';
}

async function persist(
  { logger, signal, onWaiting }: InsertContext,
  insert: () => Promise<void>,
): Promise<'inserted' | 'refused' | 'aborted'> {
  let refusals = 0;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    if (signal.aborted) return 'aborted';
    try {
      await insert();
      onWaiting(undefined);
      return 'inserted';
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!passes(error) && ++refusals >= REFUSALS_MAX) {
        logger.error('the engine refuses a batch of the trace pass', {
          code: error.code,
          message: error.message,
        });
        return 'refused';
      }
      onWaiting(error);
    }
    await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  }
}

async function setAside(batch: PassBatch, { folder, logger }: InsertContext): Promise<'refused'> {
  const path = await folder.setAside(batch);
  logger.error('a batch of the trace pass is set aside and not stored', { folder: path });
  return 'refused';
}

/** Errors that say something of the engine's state, not of the batch. */
const passes = (error: AppError): boolean =>
  error.retryable ||
  error.code.startsWith('ENGINE_') ||
  error.code.startsWith('QUERY_') ||
  error.code === 'DISK_FULL';
