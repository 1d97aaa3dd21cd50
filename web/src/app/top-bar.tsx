// Mark, navigation, search, time range, what flows in and what was lost, theme.

import { Link, useLocation } from 'wouter';
import { count, joined, rate } from '../../../src/base/format/number.ts';
import { ago, nanosToMillis } from '../lib/format/time.ts';
import { useStatus } from '../lib/api/status.ts';
import { MOD_KEY } from '../lib/keyboard.ts';
import { changeSettings, useShownTheme } from '../lib/settings.ts';
import { PAGE_PATHS, paths } from '../lib/url/paths.ts';
import { useNow } from '../lib/use-now.ts';
import { Icon, Mark, ThemeIcon } from '../ui/icon.tsx';
import { PAGES } from './pages.ts';
import { RangePicker } from './range-picker.tsx';
import '../ui/button.css';
import './top-bar.css';

export function TopBar({
  rangeOpen,
  onRange,
  onJump,
}: {
  rangeOpen: boolean;
  onRange: (open: boolean) => void;
  onJump: () => void;
}) {
  const [path] = useLocation();
  return (
    <header className="top">
      <Link className="brand" href={paths.page('home')}>
        <Mark />
        <span>Throughline</span>
      </Link>
      <nav className="nav" aria-label="Pages">
        {PAGES.map((page) => {
          const current =
            path === PAGE_PATHS[page.name] ||
            (page.name === 'traces' && path.startsWith('/trace/'));
          return (
            <Link
              key={page.name}
              href={paths.page(page.name)}
              {...(current ? { 'aria-current': 'page' as const } : {})}
            >
              {page.label}
            </Link>
          );
        })}
      </nav>
      <span className="grow only-wide" />
      <button type="button" className="btn quiet jump" onClick={onJump}>
        <Icon name="find" />
        <span>Search or jump</span>
        <kbd>{MOD_KEY}K</kbd>
      </button>
      <RangePicker open={rangeOpen} onOpen={onRange} />
      <Flow />
      <ThemeSwitch />
    </header>
  );
}

/** What arrives now; loss is named in words. Leads to Pipelines once that page is there. */
function Flow() {
  const { status, connected } = useStatus();
  const body = <FlowText status={status} connected={connected} />;
  const title =
    'Received now. Lost counts everything refused and not sent again, dropped or cut since the start.';
  return PAGES.some((page) => page.name === 'pipelines') ? (
    <Link className="flow" href={paths.page('pipelines')} title={title}>
      {body}
    </Link>
  ) : (
    <span className="flow" title={title}>
      {body}
    </span>
  );
}

function FlowText({ status, connected }: ReturnType<typeof useStatus>) {
  const now = useNow(1000);
  if (!connected)
    return (
      <>
        <Icon name="error" className="err" />
        <span className="err">no answer</span>
      </>
    );
  if (status === null) return <span className="t3">connecting</span>;
  const { traces, logs, metrics } = status.signals;
  const busiest =
    traces.rate > 0 || (logs.rate === 0 && metrics.rate === 0)
      ? { counts: traces, noun: 'spans' }
      : logs.rate > 0
        ? { counts: logs, noun: 'log lines' }
        : { counts: metrics, noun: 'points' };
  const perSecond = joined(rate(busiest.counts.rate));
  const text = perSecond.endsWith('/s')
    ? `${perSecond.slice(0, -2).trimEnd()} ${busiest.noun}/s`
    : `${perSecond.replace('/min', '')} ${busiest.noun}/min`;
  const lastAt = busiest.counts.lastAt;
  return (
    <>
      <i className={busiest.counts.rate > 0 ? 'live' : 'live off'} />
      <span>{text}</span>
      <span className={status.lost > 0 ? 'err' : 'more t3'}>
        {busiest.counts.rate > 0 || status.lost > 0
          ? `${count(status.lost)} lost`
          : lastAt === null
            ? 'nothing received yet'
            : `last ${ago(nanosToMillis(lastAt), now)}`}
      </span>
    </>
  );
}

function ThemeSwitch() {
  const shown = useShownTheme();
  const next = shown === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="btn quiet icon theme"
      aria-label={`Switch to the ${next} theme`}
      onClick={() => changeSettings({ theme: next })}
    >
      <ThemeIcon />
    </button>
  );
}
