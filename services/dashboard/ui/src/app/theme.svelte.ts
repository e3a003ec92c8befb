// Light or dark: as the address says, or else as the reader's system has it.
import type { Theme } from './address/route.ts';
import { router } from './router.svelte.ts';

const system = matchMedia('(prefers-color-scheme: dark)');
let dark = $state(system.matches);
system.addEventListener('change', () => (dark = system.matches));

export const theme = {
  get shown(): Theme {
    return router.route.theme ?? (dark ? 'dark' : 'light');
  },
};
