// What the page of administration says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { AdministrationWords } from './words/en.ts';

export type { AdministrationWords } from './words/en.ts';
export const dictionary = new Dictionary<AdministrationWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
