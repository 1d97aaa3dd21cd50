// A modal layer: focus goes in, stays in, and returns where it was; Esc and a click beside it close.

import { useEffect, useRef, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import './popover.css';

export function Dialog({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const first = box.current?.querySelector<HTMLElement>('input, button, a[href], [tabindex]');
    (first ?? box.current)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return createPortal(
    <div
      className="sheet"
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onClose();
        if (event.key === 'Tab') keepInside(event.nativeEvent, box.current);
        // The page's shortcuts must not act behind the dialog.
        event.nativeEvent.stopImmediatePropagation();
      }}
    >
      <div ref={box} role="dialog" aria-modal="true" aria-label={label} tabIndex={-1}>
        {children}
      </div>
    </div>,
    document.body,
  );
}

function keepInside(event: KeyboardEvent, box: HTMLElement | null): void {
  const stops = [
    ...(box?.querySelectorAll<HTMLElement>('input, button, a[href], select, [tabindex="0"]') ?? []),
  ];
  const first = stops[0];
  const last = stops.at(-1);
  if (first === undefined || last === undefined) return;
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
