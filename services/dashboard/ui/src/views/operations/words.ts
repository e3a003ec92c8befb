// What the page of operational plans says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { OperationsWords } from './words/en.ts';

export type { OperationsWords } from './words/en.ts';
export const dictionary = new Dictionary<OperationsWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
