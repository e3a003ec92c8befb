// Evidence and notes about indicators, as they are edited with a progress report.
import { dayOf, type Day, isoDay } from '../../format/dates.ts';
import { filled, sameTexts, type Texts } from './texts.ts';

export interface EvidenceForm {
  title: string;
  url: string;
  fileName: string;
  sha256: string;
}

interface StoredEvidence extends Readonly<EvidenceForm> {}

export const evidenceForms = (stored: readonly StoredEvidence[]): EvidenceForm[] =>
  stored.map(({ title, url, fileName, sha256 }) => ({ title, url, fileName, sha256 }));

// What is sent: rows in which something stands.
export function evidenceOf(forms: readonly EvidenceForm[]): EvidenceForm[] {
  const trimmed = forms.map(({ title, url, fileName, sha256 }) => ({ title: title.trim(), url: url.trim(), fileName: fileName.trim(), sha256 }));
  return trimmed.filter((one) => one.title !== '' || one.url !== '' || one.fileName !== '');
}

type Slice = Readonly<Record<string, string>>;

export interface NoteForm {
  indicator: string; // resource name
  slice: Slice;
  cause: Texts;
  measure: Texts;
  owner: string;
  due: string; // "2026-12-24", or empty
}

interface Link {
  readonly indicator: string;
  readonly slice: Slice;
}

interface StoredNote extends Link {
  readonly cause?: { readonly text: Texts } | undefined;
  readonly measure?: { readonly text: Texts } | undefined;
  readonly owner: string;
  readonly dueDate?: Day | undefined;
}

// The same indicator and slice, whatever the order of its dimensions.
export function keyOfLink({ indicator, slice }: Link): string {
  return [indicator, ...Object.keys(slice).sort().map((dimension) => `${dimension}=${slice[dimension] ?? ''}`)].join(' ');
}

// One for each indicator that the element links; then those whose link was removed, which keep theirs.
export function noteForms(links: readonly Link[], stored: readonly StoredNote[]): NoteForm[] {
  const notes = new Map(stored.map((note) => [keyOfLink(note), note]));
  const linked = new Set(links.map(keyOfLink));
  return [...links, ...stored.filter((note) => !linked.has(keyOfLink(note)))].map((link) => {
    const note = notes.get(keyOfLink(link));
    return {
      indicator: link.indicator, slice: { ...link.slice }, cause: { ...note?.cause?.text }, measure: { ...note?.measure?.text },
      owner: note?.owner ?? '', due: note?.dueDate ? isoDay(note.dueDate) : '',
    };
  });
}

const says = (form: NoteForm): boolean =>
  Object.keys(filled(form.cause)).length > 0 || Object.keys(filled(form.measure)).length > 0 || form.owner.trim() !== '' || form.due !== '';

// What is sent: notes that say something.
export function notesOf(forms: readonly NoteForm[]) {
  return forms.filter(says).map((form) => ({
    indicator: form.indicator, slice: { ...form.slice }, cause: { text: filled(form.cause) }, measure: { text: filled(form.measure) },
    owner: form.owner.trim(), ...(form.due ? { dueDate: dayOf(form.due) } : {}),
  }));
}

// Whether nothing differs that would be sent.
export function sameNotes(a: readonly NoteForm[], b: readonly NoteForm[]): boolean {
  const [left, right] = [a.filter(says), b.filter(says)];
  return left.length === right.length && left.every((one, at) => {
    const other = right[at];
    return other !== undefined && keyOfLink(one) === keyOfLink(other) && sameTexts(one.cause, other.cause) && sameTexts(one.measure, other.measure)
      && one.owner.trim() === other.owner.trim() && one.due === other.due;
  });
}

export function sameEvidence(a: readonly EvidenceForm[], b: readonly EvidenceForm[]): boolean {
  const text = (forms: readonly EvidenceForm[]) => JSON.stringify(evidenceOf(forms).map((one) => [one.title, one.url, one.fileName, one.sha256]));
  return text(a) === text(b);
}
