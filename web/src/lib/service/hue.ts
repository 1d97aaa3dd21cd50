// Name → hue. The server numbers services and outside peers in order of first arrival; the hue index is
// (number × 7) mod 16, so that the first sixteen differ and neighbours in number are far apart in hue.

const HUES = 16;

export const hueOf = (number: number): number => (((number * 7) % HUES) + HUES) % HUES;

/** The class that sets --svc. */
export const hueClass = (number: number): string => `s${String(hueOf(number))}`;
