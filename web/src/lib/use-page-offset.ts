// Where an element begins on the page: what a list that scrolls with the window measures its rows from.

import { useLayoutEffect, useState, type RefObject } from 'react';

/** Pixels from the top of the page, measured again whenever the page's size changes. */
export function usePageOffset(element: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measure = (): void => {
      if (element.current !== null)
        setOffset(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [element]);
  return offset;
}
