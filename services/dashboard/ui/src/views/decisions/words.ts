// What the page of decisions says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { DecisionWords } from './words/en.ts';

export type { DecisionWords } from './words/en.ts';
export const dictionary = new Dictionary<DecisionWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
