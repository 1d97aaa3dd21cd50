// The entry: styles, theme, router. The path under which a proxy serves us comes from <base>, written by the server.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { App } from './app/app.tsx';
import { apiUrl, askAhead } from './lib/api/client.ts';
import { applyTheme } from './lib/settings.ts';
import { traceIdIn } from './lib/url/paths.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/service.css';

applyTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
const base = new URL(document.baseURI).pathname.replace(/\/$/u, '');
// A trace may be large: its answer is asked for while the page's script still loads.
const traceId = traceIdIn(window.location.pathname.slice(base.length));
if (traceId !== null) askAhead(apiUrl(`/trace/${traceId}`));
createRoot(root).render(
  <StrictMode>
    <Router base={base}>
      <App />
    </Router>
  </StrictMode>,
);
