// What the page of data quality says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { QualityWords } from './words/en.ts';

export type { QualityWords } from './words/en.ts';
export const dictionary = new Dictionary<QualityWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
