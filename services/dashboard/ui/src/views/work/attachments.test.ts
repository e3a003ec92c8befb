import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evidenceOf, keyOfLink, noteForms, notesOf, sameEvidence, sameNotes } from './attachments.ts';

const links: { indicator: string; slice: Record<string, string> }[] = [{ indicator: 'institutions/gob/indicators/a', slice: {} }, { indicator: 'institutions/gob/indicators/b', slice: { sex: 'F', age: 'OLD' } }];
const stored: Parameters<typeof noteForms>[1] = [
  { indicator: 'institutions/gob/indicators/b', slice: { age: 'OLD', sex: 'F' }, cause: { text: { en: 'a strike' } }, owner: 'HR', dueDate: { year: 2026, month: 12, day: 24 } },
  { indicator: 'institutions/gob/indicators/gone', slice: {}, measure: { text: { nl: 'weg' } }, owner: '' },
];

test('there is a note for each link, and one whose link was removed stays', () => {
  const forms = noteForms(links, stored);
  assert.deepEqual(forms.map(({ indicator }) => indicator.replace(/.*\//, '')), ['a', 'b', 'gone']);
  assert.deepEqual(forms[1], { indicator: 'institutions/gob/indicators/b', slice: { sex: 'F', age: 'OLD' }, cause: { en: 'a strike' }, measure: {}, owner: 'HR', due: '2026-12-24' });
});

test('what is sent is what says something', () => {
  const forms = noteForms(links, stored);
  assert.deepEqual(notesOf(forms).map(({ indicator }) => indicator.replace(/.*\//, '')), ['b', 'gone']);
  assert.deepEqual(notesOf(forms)[0], {
    indicator: 'institutions/gob/indicators/b', slice: { sex: 'F', age: 'OLD' }, cause: { text: { en: 'a strike' } }, measure: { text: {} }, owner: 'HR', dueDate: { year: 2026, month: 12, day: 24 },
  });
  assert.equal(sameNotes(forms, noteForms(links, stored)), true);
  assert.equal(sameNotes(forms, forms.map((form) => ({ ...form, cause: { ...form.cause, fr: ' ' } }))), true);
  for (const change of [{ owner: 'IT' }, { due: '' }, { cause: { en: 'no strike' } }, { measure: { fr: 'oui' } }]) {
    assert.equal(sameNotes(forms, forms.map((form, at) => (at === 1 ? { ...form, ...change } : form))), false, JSON.stringify(change));
  }
});

test('links differ by slice, not by the order of its dimensions', () => {
  assert.equal(keyOfLink({ indicator: 'x', slice: { a: '1', b: '2' } }), keyOfLink({ indicator: 'x', slice: { b: '2', a: '1' } }));
  assert.notEqual(keyOfLink({ indicator: 'x', slice: { a: '1' } }), keyOfLink({ indicator: 'x', slice: {} }));
});

test('empty rows of evidence are not sent', () => {
  const row = { title: ' Minutes ', url: 'https://example.org/m ', fileName: '', sha256: '' };
  const none = { title: ' ', url: '', fileName: '', sha256: '' };
  assert.deepEqual(evidenceOf([row, none]), [{ title: 'Minutes', url: 'https://example.org/m', fileName: '', sha256: '' }]);
  assert.equal(sameEvidence([row, none], [row]), true);
  assert.equal(sameEvidence([row], [{ ...row, url: 'https://example.org/n' }]), false);
});
