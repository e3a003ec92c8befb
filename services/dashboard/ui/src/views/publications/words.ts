// What the pages of publications say.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { PublicationWords } from './words/en.ts';

export type { PublicationWords } from './words/en.ts';
export const dictionary = new Dictionary<PublicationWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
