// Builds the UI into dist/web of the package: hashed files, no source maps (they were most of the package's size).
// In development the native API is a running server (THROUGHLINE_SERVER=http://127.0.0.1:16686) or the fixtures of dev/.

import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { fixtureApi } from './dev/fixture-plugin.ts';

const SERVER = process.env['THROUGHLINE_SERVER'];
const PORT = Number(process.env['THROUGHLINE_WEB_PORT'] ?? 5173);

/** Writes build.json and the id into index.html, so that a page can tell that the server has a newer UI. */
function buildId(): Plugin {
  return {
    name: 'throughline-build-id',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const names = Object.keys(bundle).toSorted().join('\n');
      const id = createHash('sha256').update(names).digest('hex').slice(0, 16);
      this.emitFile({
        type: 'asset',
        fileName: 'build.json',
        source: JSON.stringify({ build: id }),
      });
      const page = bundle['index.html'];
      if (page?.type === 'asset')
        page.source = String(page.source).replace(
          '<title>',
          `<meta name="throughline-build" content="${id}" />\n    <title>`,
        );
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react(), ...(SERVER === undefined ? [fixtureApi()] : []), buildId()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    sourcemap: false,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: PORT,
    strictPort: true,
    proxy: SERVER === undefined ? {} : { '/api': { target: SERVER, changeOrigin: true } },
  },
  preview: { port: PORT, strictPort: true },
});
