// The sign of a trace: three bars of a waterfall.

import './icon.css';

export function TraceIcon() {
  return (
    <svg className="ico" viewBox="0 0 14 14" aria-hidden="true">
      <path d="M1.5 3H8M4 7h6.5M7 11h4" />
    </svg>
  );
}
