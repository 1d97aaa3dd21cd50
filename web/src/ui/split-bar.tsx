// A 10 px bar of kinds of time that sums to its width; the shares are in its label.

import type { BarPart } from '../../../src/api/contract/common.ts';
import { percentWhole } from '../../../src/base/format/number.ts';
import { hueClass } from '../lib/service/hue.ts';
import { serviceOf, useInitials } from '../lib/service/registry.ts';

const WORDS: Readonly<Record<BarPart['kind'], string>> = {
  own: 'own work of',
  wait: 'waiting for',
  sleep: 'sleeping in',
  serial: 'one call after another to',
  none: 'no span in',
  rest: 'the rest in',
};

/** Whose hue a part has: of who was waited for where one is named, else of the service itself. */
const ownerOf = (part: BarPart): string =>
  (part.kind === 'wait' || part.kind === 'serial') && part.peer !== '' ? part.peer : part.service;

export function partHue(part: Pick<BarPart, 'kind' | 'peer' | 'service'>): string {
  const service = serviceOf(ownerOf(part as BarPart));
  return service === undefined ? '' : hueClass(service.number);
}

const wording = (part: BarPart): string =>
  `${percentWhole(part.share)} ${WORDS[part.kind]} ${ownerOf(part) === '' ? 'many' : ownerOf(part)}`;

/** `width` is in percent of the cell. */
export function SplitBar({ parts, width = 100 }: { parts: readonly BarPart[]; width?: number }) {
  // Hues come with the services' numbers, which may arrive after the bar.
  useInitials();
  if (parts.length === 0) return null; // not worked out yet
  const label = parts.map(wording).join(', ');
  return (
    <span
      className="split"
      role="img"
      aria-label={label}
      title={label}
      style={{ width: `${String(width)}%` }}
    >
      {parts.map((part, at) => (
        <i
          // The parts of one bar have no id; their order is their identity.
          key={at}
          className={`k k-${part.kind} ${partHue(part)}`}
          style={{ width: `${(part.share * 100).toFixed(2)}%` }}
        />
      ))}
    </span>
  );
}
