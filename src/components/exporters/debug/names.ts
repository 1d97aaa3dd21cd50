// Enumerations of OTLP by the names that upstream prints; a number nobody knows has none.

const of =
  (...names: readonly string[]) =>
  (value: number): string =>
    names[value] ?? '';

export const kindName = of('Unspecified', 'Internal', 'Server', 'Client', 'Producer', 'Consumer');
export const statusName = of('Unset', 'Ok', 'Error');
export const temporalityName = of('Unspecified', 'Delta', 'Cumulative');

const SEVERITIES = ['Trace', 'Debug', 'Info', 'Warn', 'Error', 'Fatal'] as const;

/** Four steps each, from 1: `Info`, `Info2`, `Info3`, `Info4`. */
export function severityName(value: number): string {
  if (value === 0) return 'Unspecified';
  const name = SEVERITIES[Math.floor((value - 1) / 4)];
  const step = ((value - 1) % 4) + 1;
  return name === undefined ? '' : `${name}${step === 1 ? '' : step}`;
}
