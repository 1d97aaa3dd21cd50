import { createInterface } from 'node:readline/promises';
import type { Terminal } from './command.ts';

const ANSWER_MS = 15_000;

/** No answer within 15 s, or none that begins with y, is a no. */
export async function askYesNo(question: string, terminal: Terminal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return /^y/i.test(answer.trim());
  } catch {
    terminal.error('\n');
    return false;
  } finally {
    lines.close();
  }
}
