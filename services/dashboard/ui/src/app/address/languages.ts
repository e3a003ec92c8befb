// The languages of the interface.
export const languages = ['nl', 'fr', 'en'] as const;
export type Language = (typeof languages)[number];

// How each language writes numbers and dates.
export const locales: Record<Language, string> = { nl: 'nl-BE', fr: 'fr-BE', en: 'en-GB' };

export function isLanguage(text: string | null | undefined): text is Language {
  return languages.includes(text as Language);
}

// The first of the reader's languages that the interface speaks.
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.slice(0, 2).toLowerCase();
    if (isLanguage(base)) return base;
  }
  return 'en';
}
