// The frame around every page: top bar, demo strip, offer to reload, routes, toasts, the keys that work everywhere.

import { Component, Suspense, useCallback, useState, type ReactNode } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { useOutdated } from '../lib/api/build.ts';
import { useKeys, type KeyMap } from '../lib/keyboard.ts';
import { PAGE_PATHS, paths } from '../lib/url/paths.ts';
import { useZone } from '../lib/url/use-time-range.ts';
import { copyText } from '../ui/copy.tsx';
import { NoteLine } from '../ui/states.tsx';
import { toast, Toasts } from '../ui/toast.tsx';
import { DemoStrip } from './demo-strip.tsx';
import { JumpDialog } from './jump-dialog.tsx';
import { KeySheet } from './key-sheet.tsx';
import { PAGES, TracePage } from './pages.ts';
import { sharedLink } from './shared-link.ts';
import { TopBar } from './top-bar.tsx';

type Open = 'jump' | 'keys' | 'range' | null;

export function App() {
  const [open, setOpen] = useState<Open>(null);
  const [path, navigate] = useLocation();
  const [zone, setZone] = useZone();
  const close = useCallback(() => setOpen(null), []);
  const keys: KeyMap = {
    'mod+k': () => setOpen('jump'),
    '?': () => setOpen('keys'),
    d: () => setOpen('range'),
    u: () => {
      setZone(zone === 'utc' ? 'local' : 'utc');
      toast(zone === 'utc' ? 'Times are local now.' : 'Times are UTC now.');
    },
    y: () => {
      void copyText(sharedLink()).then(() => toast('Link copied; its times are absolute.'));
    },
    ...Object.fromEntries(
      PAGES.map((page) => [`g ${page.key}`, () => navigate(paths.page(page.name))]),
    ),
  };
  useKeys(keys);
  return (
    <>
      <SkipLink />
      <TopBar
        rangeOpen={open === 'range'}
        onRange={(show) => setOpen(show ? 'range' : null)}
        onJump={() => setOpen('jump')}
      />
      <DemoStrip />
      <ReloadOffer />
      <PageBoundary key={path}>
        <Suspense fallback={<main id="main" className="page" aria-busy="true" />}>
          <Switch>
            {PAGES.map((page) => (
              <Route key={page.name} path={PAGE_PATHS[page.name]} component={page.component} />
            ))}
            <Route path="/trace/:id">
              {(params) => <TracePage key={params.id} traceId={params.id} />}
            </Route>
            <Route component={NoSuchPage} />
          </Switch>
        </Suspense>
      </PageBoundary>
      <Toasts />
      {open === 'jump' ? <JumpDialog onClose={close} /> : null}
      {open === 'keys' ? <KeySheet onClose={close} /> : null}
    </>
  );
}

const focusMain = (): void => {
  const main = document.getElementById('main');
  if (main === null) return;
  main.tabIndex = -1;
  main.focus();
};

const SkipLink = () => (
  <button type="button" className="vh skip" onClick={focusMain}>
    Skip to content
  </button>
);

function ReloadOffer() {
  if (!useOutdated()) return null;
  return (
    <NoteLine kind="info">
      The server has a newer version of this page.{' '}
      <button type="button" className="btn link" onClick={() => window.location.reload()}>
        Reload
      </button>
    </NoteLine>
  );
}

function NoSuchPage() {
  return (
    <main id="main" className="page">
      <div className="em">
        <b>There is no page at this address.</b>
        <p>
          <a href={paths.page('home')}>Home</a>
        </p>
      </div>
    </main>
  );
}

/** A fault in one page leaves the frame standing. */
class PageBoundary extends Component<{ children: ReactNode }, { error: string | null }> {
  override state: { error: string | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: string } {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <main id="main" className="page">
        <div className="em" role="alert">
          <b className="err">This page stopped: {this.state.error}</b>
          <p>The data is not affected; receiving and storing go on.</p>
          <div className="bar">
            <button type="button" className="btn" onClick={() => window.location.reload()}>
              Reload the page
            </button>
          </div>
        </div>
      </main>
    );
  }
}
