// Request headers as clients hold them.

export type Headers = Readonly<Record<string, string>>;

/** So that one of them replaces another however it is written. */
export const lowerCased = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
