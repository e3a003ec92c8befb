// What the page of comparisons says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { CompareWords } from './words/en.ts';

export type { CompareWords } from './words/en.ts';
export const dictionary = new Dictionary<CompareWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
