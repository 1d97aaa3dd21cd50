// Strings as numbers: each distinct string once, in order of first use. Number 0 is the empty string.

export class StringTable {
  readonly strings: string[] = [''];
  readonly #numbers = new Map<string, number>([['', 0]]);

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.strings.length;
    this.#numbers.set(text, number);
    this.strings.push(text);
    return number;
  }
}
