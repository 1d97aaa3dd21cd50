// ClickHouse exceptions → AppError, for both engines. Numbers: src/Common/ErrorCodes.cpp of ClickHouse.

import { AppError } from '../base/app-error.ts';

interface Meaning {
  readonly code: string;
  readonly retryable?: boolean;
  /** What to do, appended to the engine's own sentence. */
  readonly advice: string;
}

const DISK_FULL: Meaning = {
  code: 'DISK_FULL',
  retryable: true,
  advice: 'Free some disk space or lower --max-disk; storing goes on by itself.',
};

const MEANINGS: Readonly<Record<number, Meaning>> = {
  62: { code: 'SQL_SYNTAX', advice: 'Check the SQL.' },
  159: {
    code: 'QUERY_TIMEOUT',
    advice: 'Narrow the time range or the filter, or allow more time.',
  },
  160: {
    code: 'QUERY_TIMEOUT',
    advice: 'Narrow the time range or the filter, or allow more time.',
  },
  241: {
    code: 'ENGINE_MEMORY_LIMIT',
    advice: 'Narrow the time range or the filter, or raise the memory limit of the engine.',
  },
  243: DISK_FULL,
  252: {
    code: 'ENGINE_BUSY',
    retryable: true,
    advice: 'Merges are behind; the same request works later.',
  },
  394: { code: 'QUERY_CANCELLED', advice: 'It was asked to stop.' },
  427: { code: 'SQL_REGEXP', advice: 'Write the regular expression in RE2 syntax.' },
};

const NO_SPACE = /No space left on device|errno: 28\b/;
const HEAD = /^(?:Code: (\d+)\. )?(?:DB::Exception: )?/;
const MAX_MESSAGE_CHARACTERS = 2_000; // the engine repeats the whole query in some messages

/** `text` is the exception as ClickHouse prints it: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export function fromClickHouse(text: string, cause?: unknown): AppError {
  const number = Number(HEAD.exec(text)?.[1] ?? 0);
  const meaning = NO_SPACE.test(text) ? DISK_FULL : MEANINGS[number];
  const said = text.replace(HEAD, '').trim().slice(0, MAX_MESSAGE_CHARACTERS);
  return new AppError(meaning?.code ?? 'SQL_REJECTED', {
    message: meaning === undefined ? said : `${said} ${meaning.advice}`,
    details: { clickhouseCode: number },
    retryable: meaning?.retryable ?? false,
    cause,
  });
}

/** What reading a block file ends in when its bytes are not what was written. */
const DAMAGED_CODES = new Set([
  6, 10, 16, 27, 32, 33, 40, 50, 53, 108, 117, 131, 173, 190, 271, 432, 636,
]);
const FILE_MISSING = 107;

/** Errors of an insert that are the block file's fault: the same file fails again. */
export function asBlockError(error: AppError, path: string): AppError {
  const number = error.details['clickhouseCode'];
  if (error.code !== 'SQL_REJECTED' || typeof number !== 'number') return error;
  if (!DAMAGED_CODES.has(number) && number !== FILE_MISSING) return error;
  return new AppError('BLOCK_DAMAGED', {
    message: `The block file ${path} cannot be read: ${error.message} It is written again from the log.`,
    details: error.details,
    cause: error,
  });
}
