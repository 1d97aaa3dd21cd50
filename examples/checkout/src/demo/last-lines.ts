// The last lines that a process wrote, for the message about its end.

const LINES_KEPT = 200; // among log lines, the few that matter
const LINES_SHOWN = 12;
const LINE_LENGTH_MAX = 4_000;

export class LastLines {
  readonly #onLine: (line: string) => void;
  #rest = '';
  #lines: string[] = [];

  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  write(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_LENGTH_MAX);
    for (const line of lines) {
      this.#lines.push(line.slice(0, LINE_LENGTH_MAX));
      this.#onLine(line);
    }
    this.#lines = this.#lines.slice(-LINES_KEPT);
  }

  /** Without the lines of structured logs, which went out as telemetry. */
  text(): string {
    const spoken = [...this.#lines, this.#rest].filter((line) => !/^(\s*$|\{)/.test(line));
    return spoken.slice(-LINES_SHOWN).join('\n');
  }
}
