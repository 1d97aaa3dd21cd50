// The sheet of keys (`?`): the whole map, by page, and the switch for single keys.

import { changeSettings, useSettings } from '../lib/settings.ts';
import { MOD_KEY } from '../lib/keyboard.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { PAGES } from './pages.ts';

type Keys = ReadonlyArray<readonly [keys: string, does: string]>;

const EVERYWHERE: Keys = [
  [`${MOD_KEY}K`, 'search or jump'],
  ['/', 'find on this page'],
  ['d', 'time range'],
  ['u', 'UTC or local time'],
  ['y', 'copy a link with absolute times'],
  ['Esc', 'close the innermost'],
  ['?', 'this sheet'],
];

const LISTS: Keys = [
  ['j k ↓ ↑', 'next, previous row'],
  ['h l ← →', 'close, open'],
  ['Enter', 'detail'],
  [`${MOD_KEY}↵`, 'run the query'],
  ['t', 'live tail (Logs)'],
];

const TRACE: Keys = [
  ['v', 'the span the sentence is about'],
  ['c', 'critical path'],
  ['f', 'fold similar calls'],
  ['i', 'log lines in place'],
  ['e E', 'next, previous error'],
  ['n N', 'next, previous hit of find'],
  ['p P', 'next, previous stretch of the path'],
  ['z Z', 'zoom to the span, back'],
  ['[ ]', 'previous, next trace of the list'],
  ['1 … 4', 'views: waterfall, table, logs, events'],
];

export function KeySheet({ onClose }: { onClose: () => void }) {
  const { singleKeys } = useSettings();
  const goTo: Keys = PAGES.map((page) => [`g ${page.key}`, page.label]);
  return (
    <Dialog label="Keys" onClose={onClose}>
      <div className="keys">
        <div className="bar">
          <h2 className="grow">Keys</h2>
          <button type="button" className="btn quiet icon" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <div className="cols">
          <Group title="Everywhere" keys={EVERYWHERE} />
          <Group title="Pages" keys={goTo} />
          <Group title="Lists" keys={LISTS} />
          <Group title="Trace" keys={TRACE} />
        </div>
        <label className="bar small">
          <input
            type="checkbox"
            checked={singleKeys}
            onChange={(event) => changeSettings({ singleKeys: event.target.checked })}
          />
          Single keys act (off: only keys with {MOD_KEY.trim()})
        </label>
      </div>
    </Dialog>
  );
}

function Group({ title, keys }: { title: string; keys: Keys }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([names, does]) => (
          <div key={names} style={{ display: 'contents' }}>
            <dt>
              {names.split(' ').map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
