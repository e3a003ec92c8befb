// The words of the frame, and those of a view, in the language that the address asks for.
import { router } from '../app/router.svelte.ts';
import { Dictionary } from './dictionary.svelte.ts';
import type { Words } from './en.ts';

const files = { nl: () => import('./nl.ts'), fr: () => import('./fr.ts'), en: () => import('./en.ts') };
export const frameWords = new Dictionary<Words>(async (language) => (await files[language]()).default);

// In templates and effects they follow the language.
export const words = (): Words => frameWords.in(router.language);
export const say = <T>(dictionary: Dictionary<T>): T => dictionary.in(router.language);
