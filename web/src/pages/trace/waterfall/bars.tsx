// The bars beside the rows: a few canvases, each a strip of the waterfall, that scroll with the rows. A strip is painted
// once when it comes near the window and then only when the scene changes, so that scrolling paints a little in every
// frame instead of much in some.

import { useLayoutEffect, useRef } from 'react';
import { prepare } from '../../../lib/canvas.ts';
import { useShownTheme } from '../../../lib/settings.ts';
import { useInitials } from '../../../lib/service/registry.ts';
import { paint, type Scene } from './paint.ts';

/** Eight rows. */
const STRIP_PX = 192;
/** Painted beyond the window on both sides. */
const BEYOND_PX = 240;

/** The canvases and what is on each: the number of a strip and the scene it was painted of. */
interface Strip {
  readonly canvas: HTMLCanvasElement;
  strip: number;
  of: Scene | null;
}

export function Bars({ scene, offset, width }: { scene: Scene; offset: number; width: number }) {
  const box = useRef<HTMLDivElement>(null);
  const strips = useRef<Strip[]>([]);
  const theme = useShownTheme();
  const initials = useInitials();
  useLayoutEffect(() => {
    for (const strip of strips.current) strip.of = null;
  }, [theme, initials, width]);
  useLayoutEffect(() => {
    const follow = (): void => {
      if (box.current !== null) show(box.current, strips.current, scene, offset, width);
    };
    follow();
    window.addEventListener('scroll', follow, { passive: true });
    window.addEventListener('resize', follow);
    return () => {
      window.removeEventListener('scroll', follow);
      window.removeEventListener('resize', follow);
    };
  }, [scene, offset, width, theme, initials]);
  return <div ref={box} className="bars" aria-hidden="true" />;
}

/** Brings every strip near the window onto a canvas; those that are far give theirs. */
function show(
  box: HTMLElement,
  strips: Strip[],
  scene: Scene,
  offset: number,
  width: number,
): void {
  const height = scene.tops.at(-1) ?? 0;
  const top = window.scrollY - offset;
  const first = Math.max(0, Math.floor((top - BEYOND_PX) / STRIP_PX));
  const last = Math.min(
    Math.ceil(height / STRIP_PX) - 1,
    Math.floor((top + window.innerHeight + BEYOND_PX) / STRIP_PX),
  );
  const free = strips.filter(({ strip }) => strip < first || strip > last);
  for (let at = first; at <= last; at += 1) {
    let strip = strips.find((one) => one.strip === at);
    if (strip?.of === scene) continue;
    strip ??= free.pop() ?? added(box, strips);
    const from = at * STRIP_PX;
    const to = Math.min(height, from + STRIP_PX);
    strip.strip = at;
    strip.of = scene;
    strip.canvas.style.top = `${String(from)}px`;
    strip.canvas.style.width = `${String(width)}px`;
    strip.canvas.style.height = `${String(to - from)}px`;
    const context = prepare(strip.canvas, width, to - from);
    if (context !== null) paint(context, scene, from, to);
  }
  for (const { canvas } of free) canvas.style.top = `${String(-STRIP_PX * 2)}px`;
}

function added(box: HTMLElement, strips: Strip[]): Strip {
  const canvas = document.createElement('canvas');
  box.append(canvas);
  const strip: Strip = { canvas, strip: -1, of: null };
  strips.push(strip);
  return strip;
}
