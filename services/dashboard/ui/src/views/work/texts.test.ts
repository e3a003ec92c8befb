import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionId, fieldOf, filled, ordered, sameTexts, typedNumber } from './texts.ts';

test('numbers as people type them', () => {
  assert.equal(typedNumber('62,5'), 62.5);
  assert.equal(typedNumber(' 100 % '), 100);
  assert.equal(typedNumber('0'), 0);
  for (const text of ['', 'much', '1e3', '1.2.3', '0x10', 'NaN', 'Infinity']) assert.equal(typedNumber(text), undefined, text);
});

test('texts without content are not sent', () => {
  assert.deepEqual(filled({ nl: ' ja ', fr: '  ', en: '' }), { nl: 'ja' });
  assert.equal(sameTexts({ nl: 'ja', fr: '' }, { nl: 'ja ' }), true);
  assert.equal(sameTexts({ nl: 'ja' }, { fr: 'ja' }), false);
});

test('the reader’s language comes first', () => {
  assert.deepEqual(ordered(['nl', 'fr', 'en'], 'fr'), ['fr', 'nl', 'en']);
  assert.deepEqual(ordered(['nl', 'fr'], 'en'), ['nl', 'fr']);
});

test('fields of refusals, and ids that the service accepts', () => {
  assert.equal(fieldOf('progress_report.percent_complete'), 'percent_complete');
  assert.equal(fieldOf('progress_report.narrative.text[nl]'), 'narrative');
  assert.equal(fieldOf('reason'), 'reason');
  assert.match(decisionId('2026-11-30', '4F2a-9c1b-77aa'), /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
});
