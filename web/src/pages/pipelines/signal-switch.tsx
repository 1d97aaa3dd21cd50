// Which signal's pipelines are shown; those where something is wrong are marked.

import type { SignalName } from '../../../../src/api/contract/status.ts';
import { useParam, useSetParams, change } from '../../lib/url/params.ts';
import { Icon } from '../../ui/icon.tsx';
import { NODE, PIPELINE, SIGNALS } from './pipelines-params.ts';

export function SignalSwitch({ bad = [] }: { bad?: readonly SignalName[] }) {
  const [signal] = useParam(PIPELINE);
  const setParams = useSetParams();
  return (
    <div className="seg" role="group" aria-label="Pipeline">
      {SIGNALS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === signal}
          onClick={() => setParams([change(PIPELINE, one), change(NODE, '')])}
        >
          {one}
          {bad.includes(one) ? (
            <Icon name="error" className="err" label="something is wrong here" />
          ) : null}
        </button>
      ))}
    </div>
  );
}
