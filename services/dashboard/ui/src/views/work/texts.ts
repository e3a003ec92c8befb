// Texts in the languages of a plan, as they are edited.
export type Texts = Record<string, string>;

// What is sent: texts without those that are empty.
export function filled(texts: Texts): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, text.trim()]).filter(([, text]) => text !== ''));
}

export function sameTexts(a: Texts, b: Texts): boolean {
  const left = filled(a);
  const right = filled(b);
  return Object.keys(left).length === Object.keys(right).length && Object.entries(left).every(([language, text]) => right[language] === text);
}

// The languages of a plan, the reader's first.
export function ordered(languages: readonly string[], reader: string): string[] {
  return languages.includes(reader) ? [reader, ...languages.filter((one) => one !== reader)] : [...languages];
}

// The parts of a field's path that name it: "progress_report.percent_complete" is "percent_complete".
export function fieldOf(path: string): string {
  return path.replace(/^(progress_report|decision)\./, '').replace(/[[.].*$/, '');
}

// An id that nobody else takes: "decision-20261130-4f2a9c1b".
export function decisionId(today: string, random: string): string {
  return `decision-${today.replaceAll('-', '')}-${random.replace(/[^a-z0-9]/g, '').slice(0, 8)}`;
}

// A number as people type it, "62,5" or "62.5"; undefined where it is none.
export function typedNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.').replace(/\s*%$/, '');
  if (!/^-?\d{1,9}(\.\d{1,6})?$/.test(plain)) return undefined;
  return Number(plain);
}
