// What the page of risks says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { RiskWords } from './words/en.ts';

export type { RiskWords } from './words/en.ts';
export const dictionary = new Dictionary<RiskWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
