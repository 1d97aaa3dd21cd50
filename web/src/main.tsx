// The entry: styles, theme, router. The path under which a proxy serves us comes from <base>, written by the server.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { App } from './app/app.tsx';
import { applyTheme } from './lib/settings.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/service.css';

applyTheme();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
const base = new URL(document.baseURI).pathname.replace(/\/$/u, '');
createRoot(root).render(
  <StrictMode>
    <Router base={base}>
      <App />
    </Router>
  </StrictMode>,
);
