// What the pages of work say.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { WorkWords } from './words/en.ts';

export type { WorkWords } from './words/en.ts';
export const dictionary = new Dictionary<WorkWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
