// Failures of the file system as the log's own errors. All of them may pass, so the sender is told to try again.

import { AppError } from '../base/app-error.ts';

export function writeError(cause: unknown, folder: string): AppError {
  if (cause instanceof AppError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('LOG_DISK_FULL', {
      message: `No room on the disk of ${folder}. Nothing acknowledged is lost; receiving goes on as soon as there is room. Free some, or use --data on another disk.`,
      cause,
      details: { folder },
      retryable: true,
    });
  }
  return new AppError('LOG_WRITE_FAILED', {
    message: `Writing to ${folder} failed (${cause instanceof Error ? cause.message : String(cause)}). The request can be sent again; if this stays, look at the disk.`,
    cause,
    details: { folder },
    retryable: true,
  });
}
