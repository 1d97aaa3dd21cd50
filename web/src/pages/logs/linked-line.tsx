// The line that the address names, when it is not among the lines that are loaded.

import type { LogLineAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { NoteLine } from '../../ui/states.tsx';
import { LineDetail } from './line-detail.tsx';
import { LogLine } from './log-row.tsx';

const nothing = (): void => {};

export function LinkedLine({ id, onClose }: { id: string; onClose: () => void }) {
  const line = useApi<LogLineAnswer>(apiUrl('/logs/line', { id }));
  const [zone] = useZone();
  const nowMs = useNow();
  const row = line.data?.row;
  if (line.failure !== null)
    return (
      <NoteLine>
        {line.failure.error.message}{' '}
        <button type="button" className="btn link" onClick={onClose}>
          Leave it out
        </button>
      </NoteLine>
    );
  if (row === undefined) return null;
  learnServices([row.service]);
  return (
    <div className="linked" role="group" aria-label="The line of this link">
      <LogLine
        row={row}
        zone={zone}
        nowMs={nowMs}
        open
        marked={false}
        tabStop
        onToggle={onClose}
        onFocus={nothing}
      />
      <LineDetail row={row} />
    </div>
  );
}
