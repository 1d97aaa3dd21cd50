// The demo's scenarios, switchable while it runs; there only while the server says that the demo is on.

import { useState } from 'react';
import type { DemoRequest, DemoState } from '../../../src/api/contract/status.ts';
import { ApiFailure, apiUrl, postJson } from '../lib/api/client.ts';
import { useStatus } from '../lib/api/status.ts';
import { toast } from '../ui/toast.tsx';

export function DemoStrip() {
  const { status } = useStatus();
  const demo = status?.demo ?? null;
  const [asked, setAsked] = useState<string | null>(null);
  if (demo === null) return null;
  const shown = asked ?? demo.scenario;
  const about = demo.scenarios.find((one) => one.name === shown);
  const choose = (scenario: string): void => {
    setAsked(scenario);
    const body: DemoRequest = { scenario };
    postJson<DemoState>(apiUrl('/demo'), body)
      .then(() => toast(`Scenario ${scenario}: new requests show it in a few seconds.`))
      .catch((error: unknown) =>
        toast(error instanceof ApiFailure ? error.message : 'The scenario did not change.'),
      )
      .finally(() => setAsked(null));
  };
  return (
    <aside className="demo" aria-label="Demo">
      <b>Demo</b>
      <label className="bar">
        <span className="t2">Scenario</span>
        <select
          value={shown}
          disabled={demo.state !== 'running'}
          onChange={(event) => choose(event.target.value)}
        >
          {demo.scenarios.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <span className="t2 only-wide clip">
        {demo.state === 'running' ? (about?.text ?? demo.text) : demo.text}
      </span>
    </aside>
  );
}
