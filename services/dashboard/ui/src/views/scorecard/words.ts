// What the scorecard says.
import { Dictionary } from '../../words/dictionary.svelte.ts';
import type { ScorecardWords } from './words/en.ts';

export type { ScorecardWords } from './words/en.ts';
export const scorecardWords = new Dictionary<ScorecardWords>({ nl: () => import('./words/nl.ts'), fr: () => import('./words/fr.ts'), en: () => import('./words/en.ts') });
