// Numbers and times as Go prints them: `%f`, `%v` and time.Time.

const NANOS_PER_SECOND = 1_000_000_000n;
const DECIMALS = 6;
/** From here on JavaScript writes exponents, and Go does not. */
const EXPONENT_FROM = 1e21;

/** `%f` */
export function fixed(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  if (Math.abs(value) >= EXPONENT_FROM) return `${BigInt(value)}.${'0'.repeat(DECIMALS)}`;
  const text = value.toFixed(DECIMALS);
  return Object.is(value, -0) && !text.startsWith('-') ? `-${text}` : text;
}

/** `%v` of a float64: exponents below 1e-4 and from 1e21 on, with two digits at least. */
export function shortest(value: number): string {
  if (!Number.isFinite(value)) return special(value);
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= EXPONENT_FROM)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return String(value);
}

const special = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

/** `2020-02-11 20:26:12.000000321 +0000 UTC`; zeros at the end of the fraction are left out. */
export function timeText(unixNano: bigint): string {
  const nanos = BigInt.asIntN(64, unixNano);
  const fraction = ((nanos % NANOS_PER_SECOND) + NANOS_PER_SECOND) % NANOS_PER_SECOND;
  const date = new Date(Number((nanos - fraction) / 1_000_000n));
  const seconds = date.toISOString().slice(0, 19).replace('T', ' ');
  const rest = fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
  return `${seconds}${rest} +0000 UTC`;
}
