// A small line without axes: the shape of a value over the range. Steps without requests leave a gap.

import './spark.css';

function sparkPath(values: ReadonlyArray<number | null>, width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const max = Math.max(...known);
  const min = Math.min(...known, max * 0.5);
  const scale = max === min ? 0 : (height - 4) / (max - min);
  const step = width / Math.max(1, values.length - 1);
  let path = '';
  let pen = 'M';
  values.forEach((value, at) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${(at * step).toFixed(1)} ${(height - 2 - (value - min) * scale).toFixed(1)}`;
    pen = 'L';
  });
  return path;
}

export function Spark({
  values,
  width = 72,
  height = 18,
}: {
  values: ReadonlyArray<number | null>;
  width?: number;
  height?: number;
}) {
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      width={width}
      height={height}
      aria-hidden="true"
    >
      {/* The whole range, so that a line that begins late is seen to begin late. */}
      <path className="ground" d={`M0 ${String(height - 0.5)}H${String(width)}`} />
      <path d={sparkPath(values, width, height)} />
    </svg>
  );
}
