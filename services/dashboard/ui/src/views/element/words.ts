// What the page of an element says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { ElementWords } from './words/en.ts';

export type { ElementWords } from './words/en.ts';
export const dictionary = new Dictionary<ElementWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
