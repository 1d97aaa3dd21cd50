// Assertions for states that only a bug can bring about. Bad input is never asserted: it is a value, see result.ts.

/** Narrows `condition` to true. The message may be a function, so that hot paths pay nothing for it. */
export function assert(condition: boolean, message: string | (() => string)): asserts condition {
  if (!condition) throw new Error(typeof message === 'string' ? message : message());
}

/** The value, which a bug alone could have left out. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/** Ends every switch over a union: a new member becomes a compile error here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
