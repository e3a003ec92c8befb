// The dictionary of the language that the address asks for.
import type { Language } from '../app/address/languages.ts';
import { router } from '../app/router.svelte.ts';
import { en, type Words } from './en.ts';
import { fr } from './fr.ts';
import { nl } from './nl.ts';

const dictionaries: Record<Language, Words> = { nl, fr, en };

// In templates and effects it follows the language.
export function words(): Words {
  return dictionaries[router.language];
}

// A dictionary of a view: the same entries in each language.
export type Dictionary<T> = Record<Language, T>;
export function say<T>(dictionary: Dictionary<T>): T {
  return dictionary[router.language];
}
