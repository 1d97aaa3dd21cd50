// Canvas needs colours as values, the tokens are CSS: a probe element resolves them, cached until the theme changes.

import { shownTheme } from './settings.ts';

let probe: HTMLElement | null = null;
let cacheTheme = '';
const cache = new Map<string, string>();

/** The value of a token, e.g. `token('--h5')`, in the theme shown. */
export function token(name: string): string {
  const theme = shownTheme();
  if (theme !== cacheTheme) {
    cache.clear();
    cacheTheme = theme;
  }
  const hit = cache.get(name);
  if (hit !== undefined) return hit;
  if (probe === null) {
    probe = document.createElement('i');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${name})`;
  const value = getComputedStyle(probe).color;
  cache.set(name, value);
  return value;
}

export const monoFont = (px: number): string =>
  `${String(px)}px ${getComputedStyle(document.documentElement).getPropertyValue('--font-mono')}`;

/** Sets the canvas to `width` × `height` CSS pixels, sharp on this screen, cleared. Null where there is no canvas. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const w = Math.round(width * ratio);
  const h = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return null;
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const TILE = 12;

/** The fill of a kind of time in a colour: solid, hatch, dots. */
export function kindFill(
  context: CanvasRenderingContext2D,
  kind: string,
  colour: string,
): string | CanvasPattern {
  if (kind !== 'wait' && kind !== 'sleep') return colour;
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const ink = tile.getContext('2d');
  if (ink === null) return colour;
  ink.globalAlpha = kind === 'wait' ? 0.34 : 0.14;
  ink.fillStyle = colour;
  ink.fillRect(0, 0, TILE, TILE);
  ink.globalAlpha = 1;
  if (kind === 'wait') {
    ink.strokeStyle = colour;
    ink.lineWidth = 3.6;
    ink.beginPath();
    for (const at of [-TILE, 0, TILE]) {
      ink.moveTo(at - 2, TILE + 2);
      ink.lineTo(at + TILE + 2, -2);
    }
    ink.stroke();
  } else {
    ink.fillStyle = colour;
    for (const [x, y] of [
      [3, 3],
      [9, 9],
    ] as const) {
      ink.beginPath();
      ink.arc(x, y, 1.7, 0, 7);
      ink.fill();
    }
  }
  const pattern = context.createPattern(tile, 'repeat');
  if (pattern === null) return colour;
  pattern.setTransform(new DOMMatrix().scale(0.55));
  return pattern;
}
