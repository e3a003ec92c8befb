// Light or dark: as the address says, or else as the reader's system has it.
import { MediaQuery } from 'svelte/reactivity';
import type { Theme } from './address/route.ts';
import { router } from './router.svelte.ts';

const dark = new MediaQuery('(prefers-color-scheme: dark)');

export const theme = {
  get shown(): Theme {
    return router.route.theme ?? (dark.current ? 'dark' : 'light');
  },
};
