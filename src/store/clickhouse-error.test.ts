import { describe, expect, it } from 'vitest';
import { asBlockError, fromClickHouse } from './clickhouse-error.ts';

describe('fromClickHouse', () => {
  it.each<[text: string, code: string, retryable: boolean]>([
    [
      'Code: 62. DB::Exception: Syntax error: failed at position 7. (SYNTAX_ERROR)',
      'SQL_SYNTAX',
      false,
    ],
    ['Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)', 'SQL_REJECTED', false],
    ['Code: 159. DB::Exception: Timeout exceeded. (TIMEOUT_EXCEEDED)', 'QUERY_TIMEOUT', false],
    [
      'Code: 241. DB::Exception: memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)',
      'ENGINE_MEMORY_LIMIT',
      false,
    ],
    ['Code: 243. DB::Exception: Cannot reserve 1 MiB. (NOT_ENOUGH_SPACE)', 'DISK_FULL', true],
    [
      'Code: 75. DB::ErrnoException: Cannot write: errno: 28, strerror: No space left on device',
      'DISK_FULL',
      true,
    ],
    ['Code: 252. DB::Exception: Too many parts. (TOO_MANY_PARTS)', 'ENGINE_BUSY', true],
    [
      'Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)',
      'QUERY_CANCELLED',
      false,
    ],
    ['Code: 427. DB::Exception: bad regexp. (CANNOT_COMPILE_REGEXP)', 'SQL_REGEXP', false],
    ['something else', 'SQL_REJECTED', false],
    ['', 'SQL_REJECTED', false],
  ])('%s', (text, code, retryable) => {
    expect(fromClickHouse(text)).toMatchObject({ code, retryable });
  });

  it('keeps the engine’s sentence without its prefix, cut, and says what to do', () => {
    const { message } = fromClickHouse(`Code: 241. DB::Exception: ${'x'.repeat(5000)}`);
    expect(message).toMatch(/^x{2000} Narrow the time range/);
  });
});

describe('asBlockError', () => {
  it.each<[text: string, code: string]>([
    ['Code: 33. DB::Exception: Cannot read all data. (CANNOT_READ_ALL_DATA)', 'BLOCK_DAMAGED'],
    ['Code: 107. DB::Exception: File does not exist. (FILE_DOESNT_EXIST)', 'BLOCK_DAMAGED'],
    ['Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)', 'SQL_REJECTED'],
    ['Code: 243. DB::Exception: Cannot reserve. (NOT_ENOUGH_SPACE)', 'DISK_FULL'],
  ])('%s', (text, code) => {
    expect(asBlockError(fromClickHouse(text), '/blocks/a').code).toBe(code);
  });
});
