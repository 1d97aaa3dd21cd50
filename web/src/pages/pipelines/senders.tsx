// Who sends, over what, how much, and what of it was refused or repeated.

import { useState } from 'react';
import type { PeerRow } from '../../../../src/api/contract/status.ts';
import { bytesDecimal, count } from '../../../../src/base/format/number.ts';
import { ago, clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { rateOf, type Reading } from './meter.ts';
import { peerKey } from './use-pipelines.ts';
import { Rate } from '../../ui/measure.tsx';
import '../../ui/table.css';

/** Rows at first; the rest on demand. */
const FIRST = 50;

export function Senders({
  peers,
  readings,
}: {
  peers: readonly PeerRow[];
  readings: readonly Reading[];
}) {
  const [all, setAll] = useState(false);
  const sorted = peers.toSorted((a, b) => b.refused - a.refused || b.received - a.received);
  const shown = all ? sorted : sorted.slice(0, FIRST);
  return (
    <section className="sec" aria-label="Senders">
      <div className="bar">
        <h2>Senders</h2>
        <span className="hint">
          {peers.length === 0
            ? 'none has sent anything yet'
            : 'since the start, by address, signal and transport'}
        </span>
      </div>
      {peers.length === 0 ? null : (
        <div className="scroll" role="region" aria-label="Senders and what they sent" tabIndex={0}>
          <table className="tbl">
            <thead>
              <tr>
                <th>Sender</th>
                <th>Signal</th>
                <th>Transport</th>
                <th className="num">Now</th>
                <th className="num">Received</th>
                <th className="num">A request</th>
                <th className="num">Refused</th>
                <th className="num">Repeated</th>
                <th className="num extra">Volume</th>
                <th className="num">Last</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((peer) => (
                <SenderRow key={peerKey(peer)} peer={peer} readings={readings} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {sorted.length > shown.length ? (
        <button type="button" className="btn small" onClick={() => setAll(true)}>
          Show {count(sorted.length - shown.length)} more senders
        </button>
      ) : null}
    </section>
  );
}

function SenderRow({ peer, readings }: { peer: PeerRow; readings: readonly Reading[] }) {
  const [zone] = useZone();
  const now = useNow(10_000);
  const { value, unit } = bytesDecimal(peer.bytes);
  const last = peer.lastAt === null ? null : nanosToMillis(peer.lastAt);
  const each = peer.requests === 0 ? null : (peer.received + peer.refused) / peer.requests;
  return (
    <tr>
      <td className="mono">{peer.peer}</td>
      <td>{peer.signal}</td>
      <td className="t2">{peer.transport}</td>
      <td className="num">
        <Rate perSecond={rateOf(readings, peerKey(peer))} />
      </td>
      <td className="num">{count(peer.received)}</td>
      <td className="num t2" title={`${count(peer.requests)} requests`}>
        {each === null ? '–' : each < 10 ? each.toFixed(1) : count(each)}
      </td>
      <td className={peer.refused > 0 ? 'num err' : 'num t3'}>{count(peer.refused)}</td>
      <td className={peer.repeated > 0 ? 'num' : 'num t3'}>{count(peer.repeated)}</td>
      <td className="num t2 extra">
        {value}
        <span className="unit">{unit}</span>
      </td>
      <td className="num t2" title={last === null ? '' : ago(last, now)}>
        {last === null ? '–' : clock(last, zone, now, 'second')}
      </td>
    </tr>
  );
}
