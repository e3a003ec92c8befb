// What the board table says beside the sentences of the services.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { BoardWords } from './words/en.ts';

export type { BoardWords } from './words/en.ts';
const files = { nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') };
export const boardWords = new Dictionary<BoardWords>(async (language) => (await files[language]()).default);
