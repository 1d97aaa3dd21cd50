// The last lines that a process wrote, for the message about its end.

const LINES_KEPT = 20;
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

  text(): string {
    return [...this.#lines, this.#rest].filter((line) => line.trim() !== '').join('\n');
  }
}
