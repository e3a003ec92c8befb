import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Where `npx vite` sends calls while somebody works on the app: a running gateway.
const gateway = process.env['ATHENA_GATEWAY'] ?? 'http://127.0.0.1:7700';

// What is built has the contracts without what the app does not use (prune_contracts.ts).
const contracts = fileURLToPath(new URL('../../.build/dashboard/contracts/', import.meta.url));

export default defineConfig(({ command }) => ({
  root: 'ui',
  resolve:
    command === 'build'
      ? { alias: [{ find: /^#gen\//, replacement: contracts }], dedupe: ['@bufbuild/protobuf'] }
      : {},
  plugins: [svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../../../.build/dashboard/ui',
    emptyOutDir: true,
    target: 'es2022',
    // The gateway's content security policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '^/(athena\\.|config$)': gateway } },
}));
