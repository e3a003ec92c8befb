// What the page of the budget says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { BudgetWords } from './words/en.ts';

export type { BudgetWords } from './words/en.ts';
export const dictionary = new Dictionary<BudgetWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
