// A filled line of values from zero, over the whole width.

export function areaPath(
  values: readonly number[],
  most: number,
  width: number,
  height: number,
): string {
  if (values.length < 2 || most <= 0) return '';
  const step = width / (values.length - 1);
  const points = values.map(
    (value, at) =>
      `${(at * step).toFixed(1)} ${(height - (value / most) * (height - 2)).toFixed(1)}`,
  );
  return `M0 ${String(height)}L${points.join('L')}L${String(width)} ${String(height)}Z`;
}
