// Words that several views share.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { SharedWords } from './words/en.ts';

export type { SharedWords } from './words/en.ts';
export const shared = new Dictionary<SharedWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
