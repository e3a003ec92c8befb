// What the page of an indicator says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { IndicatorWords } from './words/en.ts';

export type { IndicatorWords } from './words/en.ts';
export const dictionary = new Dictionary<IndicatorWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
