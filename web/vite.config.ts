import { defaultClientConditions, defineConfig } from 'vite';

/**
 * Pages that a strict Content-Security-Policy can serve as they are: no inline script or style, and no
 * `data:` script, so the module-preload polyfill and asset inlining stay off.
 */
export default defineConfig({
  base: '/',
  appType: 'mpa',
  // The helper for the browser as it is written, and not as it was built.
  resolve: { conditions: ['latchkey-source', ...defaultClientConditions] },
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: {
      input: ['index.html', 'security-center.html', 'console.html', 'outbox.html', 'liveness-simulator.html'],
    },
  },
});
