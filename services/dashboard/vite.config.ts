import { fileURLToPath } from 'node:url';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

// Where `npx vite` sends calls while somebody works on the app: a running gateway.
const gateway = process.env['ATHENA_GATEWAY'] ?? 'http://127.0.0.1:7700';

// What is built has the contracts without what the app does not use (prune_contracts.ts).
const contracts = fileURLToPath(new URL('../../.build/dashboard/contracts/', import.meta.url));

const stand = (name: string): string => fileURLToPath(new URL(`ui/${name}`, import.meta.url));

// What packages load that the app never needs: Connect's code for JSON, since the app sends and reads
// messages in binary, and Svelte's for custom elements; and what the first page never asks.
const leftOut: Plugin = {
  name: 'left-out',
  enforce: 'pre',
  apply: 'build',
  resolveId: (source, importer = '') =>
    source.startsWith('@bufbuild/protobuf') && importer.includes('/node_modules/@connectrpc/') ?
      source === '@bufbuild/protobuf' ? stand('stand_ins/binary_alone.js') : source === '@bufbuild/protobuf/wkt' ? stand('stand_ins/idempotency.js') : undefined
    // What the first page asks of the reporting service (prune_contracts.ts).
    : source.endsWith('athena/reporting/v1/reporting_service_pb.js') && /\/app\/data\/(basis|watch|clients\/first)\.ts$/.test(importer) ?
      `${contracts}athena/reporting/v1/reporting_service_first_pb.js`
    : source.endsWith('/wire/text-format.js') && importer.includes('/node_modules/@bufbuild/protobuf/') ? stand('stand_ins/few_defaults.js')
    : source.endsWith('/custom-element.js') && importer.includes('/node_modules/svelte/') ? stand('stand_ins/no_custom_elements.js')
    : undefined,
};

export default defineConfig(({ command }) => ({
  root: 'ui',
  resolve:
    command === 'build'
      ? { alias: [{ find: /^#gen\//, replacement: contracts }], dedupe: ['@bufbuild/protobuf'] }
      : {},
  plugins: [leftOut, svelte({ configFile: '../svelte.config.js' })],
  build: {
    outDir: '../../../.build/dashboard/ui',
    emptyOutDir: true,
    target: 'es2022',
    // The gateway's content security policy allows neither inline scripts nor data: addresses.
    assetsInlineLimit: 0,
    // The gateway reads it (http/preloads.ts).
    manifest: true,
    modulePreload: false,
    rolldownOptions: {
      output: {
        // What nearly every page has is one file, which compresses better than many small ones.
        codeSplitting: { groups: [{ name: 'frame', test: /\/ui\/src\/(components\/(?!Downloads)|frame\/(?!Start|AsOfBox)|format\/|app\/data\/scorecard_head)/ }] },
      },
    },
  },
  server: { proxy: { '^/(athena\\.|config$)': gateway } },
}));
