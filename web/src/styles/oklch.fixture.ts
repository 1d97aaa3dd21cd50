// Colours of the tokens as a screen shows them: oklch to sRGB, mixing in oklab, contrast of WCAG 2.

export type Rgb = readonly [number, number, number];

/** Lightness, chroma, hue in degrees, alpha. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
  readonly a: number;
}

export function readOklch(text: string): Oklch | null {
  const match = /^oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)$/u.exec(text.trim());
  return match === null
    ? null
    : { l: Number(match[1]), c: Number(match[2]), h: Number(match[3]), a: Number(match[4] ?? 1) };
}

type Lab = readonly [number, number, number];

const labOf = ({ l, c, h }: Oklch): Lab => [
  l,
  c * Math.cos((h * Math.PI) / 180),
  c * Math.sin((h * Math.PI) / 180),
];

function linearOf([l, a, b]: Lab): Rgb {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** How far outside sRGB: 0 inside. */
export const outOfGamut = (colour: Oklch): number =>
  Math.max(0, ...linearOf(labOf(colour)).map((channel) => Math.max(-channel, channel - 1)));

const clamped = (rgb: Rgb): Rgb => [clamp(rgb[0]), clamp(rgb[1]), clamp(rgb[2])];
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** `share` of the first, the rest of the second, mixed in oklab. */
export function mixed(first: Oklch, second: Oklch, share: number): Rgb {
  const a = labOf(first);
  const b = labOf(second);
  return clamped(
    linearOf([
      a[0] * share + b[0] * (1 - share),
      a[1] * share + b[1] * (1 - share),
      a[2] * share + b[2] * (1 - share),
    ]),
  );
}

export const linear = (colour: Oklch): Rgb => clamped(linearOf(labOf(colour)));

export function contrast(first: Rgb, second: Rgb): number {
  const [high, low] = [luminance(first), luminance(second)].toSorted((a, b) => b - a);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}
