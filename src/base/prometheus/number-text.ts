// Numbers in expositions, as Go prints them: shortest digits that read back as the same, an exponent from 1e-05 down and
// from 1e+06 up. `le` labels are made of it, so it must not differ.

/** Go's strconv with format g and shortest digits: an exponent below −4, and from 6 on. */
const MIN_EXPONENT = -4;
const EXPONENT_FROM = 6;

export function goNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e6) return String(value); // JavaScript writes these without an exponent too
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= MIN_EXPONENT && exponent < EXPONENT_FROM) return String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** As OpenMetrics has it: every number that is no count has a point. */
export function openMetricsNumber(value: number): string {
  const text = goNumber(value);
  return /[.eN]|Inf/.test(text) ? text : `${text}.0`;
}

/** As scrapes have it: also `Inf`, `nan`, hex and underscores are refused. Undefined: no number. */
export function parseNumber(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case '+inf':
    case 'inf':
    case '+infinity':
    case 'infinity':
      return Infinity;
    case '-inf':
    case '-infinity':
      return -Infinity;
    default:
      return undefined;
  }
}
