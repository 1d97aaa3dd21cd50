// The icons: one drawing style, 14 × 14, stroke 1.4, in the colour of the text around them.

import './icon.css';

const SHAPES = {
  find: ['M10 6a4 4 0 1 1-8 0 4 4 0 0 1 8 0', 'm9 9 3.5 3.5'],
  clock: ['M12.3 7A5.3 5.3 0 1 1 1.7 7a5.3 5.3 0 0 1 10.6 0', 'M7 4v3l2 1.5'],
  down: ['m3 5 4 4 4-4'],
  right: ['m5 3 4 4-4 4'],
  left: ['m9 3-4 4 4 4'],
  close: ['m3 3 8 8M11 3l-8 8'],
  error: ['M4.6 1.5h4.8l3.1 3.1v4.8l-3.1 3.1H4.6L1.5 9.4V4.6z', 'M7 4.2v3.3M7 9.6v.1'],
  warn: ['M7 1.8 13 12H1z', 'M7 5.5v3M7 10.2v.1'],
  ok: ['m2.5 7.5 3 3 6-7'],
  copy: [
    'M4.5 5.5a1 1 0 0 1 1-1H11a1 1 0 0 1 1 1V11a1 1 0 0 1-1 1H5.5a1 1 0 0 1-1-1z',
    'M9.5 4.5V2H2v7.5h2.5',
  ],
  up: ['M7 11.5v-9M3.5 6 7 2.5 10.5 6'],
  plus: ['M7 2.5v9M2.5 7h9'],
  minus: ['M2.5 7h9'],
  braces: ['M5 2C3.5 2 4 6.5 2.5 7 4 7.5 3.5 12 5 12M9 2c1.5 0 1 4.5 2.5 5C10 7.5 10.5 12 9 12'],
  filter: ['M1.5 2.5h11L8.5 7.5v4l-3-1.5V7.5z'],
  info: ['M12.3 7A5.3 5.3 0 1 1 1.7 7a5.3 5.3 0 0 1 10.6 0', 'M7 6.3v3.4M7 4.2v.1'],
  play: ['M4 2.5v9l7-4.5z'],
  pause: ['M4.5 2.5v9M9.5 2.5v9'],
} as const;

export type IconName = keyof typeof SHAPES;

/** Decoration unless `label` is given; then it is read out. */
export function Icon({
  name,
  label,
  className,
}: {
  name: IconName;
  label?: string;
  className?: string;
}) {
  return (
    <svg
      className={className === undefined ? 'ico' : `ico ${className}`}
      viewBox="0 0 14 14"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {SHAPES[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}

export function ThemeIcon() {
  return (
    <svg className="ico" viewBox="0 0 14 14" aria-hidden="true">
      <circle cx="7" cy="7" r="5.3" />
      <path className="full" d="M7 1.7v10.6A5.3 5.3 0 0 0 7 1.7Z" />
    </svg>
  );
}

/** The product's mark: rows of a waterfall and the line that leads through them. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <path className="rows" d="M3 4.5h13M5.5 10h11M9 15.5h6" />
      <path className="line" d="M1.5 4.5H7V10h4v5.5h3V10h2.5V4.5h2" />
    </svg>
  );
}
