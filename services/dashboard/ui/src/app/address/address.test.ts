import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { endOfDay, formatAsOf, formatBasis, parseAsOf } from './as_of.ts';
import { preferredLanguage } from './languages.ts';
import { firstDay, lastDay, latestOver, plusQuarters, quartersBetween } from './quarters.ts';
import { changed, formatRoute, parseRoute } from './route.ts';

const at = (text: string) => parseRoute(new URL(text, 'http://host'));

test('an address is read and written back', () => {
  for (const address of [
    '/board/gob/strategic-plan-2021-2026/2026-Q3?lang=nl',
    '/element/gob/plan/2026-Q3/e1-3?asof=closing&why=e1-3&lang=fr&theme=dark',
    '/indicator/gob/plan/2026-Q3/gob/absence?asof=2026-09-30&slice=theme:WORK&lang=en',
    '/scorecard/gob/plan/2026-Q3?flip=e1,e2&open=all&q=na%C3%AFve&lang=en',
    '/?lang=en',
  ]) {
    assert.equal(formatRoute(at(address)), address);
  }
});

test('what is no address of the app counts as not said', () => {
  const route = at('/Board/..%2F/<script>/2026-Q9?lang=de&theme=pink&asof=yesterday');
  assert.deepEqual([route.view, route.institution, route.plan, route.quarter], ['', '', '', '']);
  assert.deepEqual([route.language, route.theme, route.asOf.kind], [undefined, undefined, 'now']);
  assert.equal(at('/%E0%A4%A').view, '');
});

test('a change of view leaves the parameters of the view, but not as whom one reads', () => {
  const route = at('/scorecard/gob/plan/2026-Q3/rest?as=planner&q=text&asof=closing&lang=nl');
  assert.equal(formatRoute(changed(route, { view: 'board' })), '/board/gob/plan/2026-Q3?asof=closing&as=planner&lang=nl');
  assert.equal(formatRoute(changed(route, { quarter: '2026-Q2', query: { q: undefined, status: 'r' } })), '/scorecard/gob/plan/2026-Q2/rest?asof=closing&as=planner&status=r&lang=nl');
});

test('a basis in the address is the basis', () => {
  const basis = { date: '2026-11-30', planRevision: '499', planLineage: '502fdfc903206c6d', engineVersion: '2', indicators: [{ institution: 'gob', revision: '20', lineage: 'ab' }, { institution: 'talent-brussels', revision: '5', lineage: '' }] };
  const text = formatBasis(basis);
  assert.equal(text, 'basis~2026-11-30~2~499@502fdfc903206c6d~gob.20@ab~talent-brussels.5@');
  assert.deepEqual(parseAsOf(text), { kind: 'basis', basis });
  assert.equal(formatAsOf(parseAsOf(text)), text);
  for (const broken of ['basis~2026-13-30~2~1@', 'basis~2026-11-30~2~x@', 'basis~2026-11-30~2~1@~gob', 'basis', '2026-02-30', '2026-01-01T25:00:00Z']) assert.equal(parseAsOf(broken).kind, 'now', broken);
});

test('a day ends where the institution is, in winter and in summer', () => {
  const seconds = (text: string) => BigInt(Date.parse(text) / 1000);
  assert.equal(endOfDay('2026-01-15', 'Europe/Brussels').seconds, seconds('2026-01-15T22:59:59Z'));
  assert.equal(endOfDay('2026-07-15', 'Europe/Brussels').seconds, seconds('2026-07-15T21:59:59Z'));
  // The days on which the clocks change.
  assert.equal(endOfDay('2026-03-29', 'Europe/Brussels').seconds, seconds('2026-03-29T21:59:59Z'));
  assert.equal(endOfDay('2026-10-25', 'Europe/Brussels').seconds, seconds('2026-10-25T22:59:59Z'));
  assert.equal(endOfDay('2026-01-15', 'No/Where').seconds, seconds('2026-01-15T23:59:59Z'));
});

test('quarters', () => {
  assert.equal(plusQuarters('2026-Q1', -1), '2025-Q4');
  assert.equal(plusQuarters('2026-Q3', 6), '2028-Q1');
  assert.deepEqual(quartersBetween('2025-Q4', '2026-Q2'), ['2025-Q4', '2026-Q1', '2026-Q2']);
  assert.deepEqual(quartersBetween('2026-Q2', '2025-Q4'), []);
  assert.deepEqual([firstDay('2024-Q1'), lastDay('2024-Q1'), lastDay('2026-Q4')], ['2024-01-01', '2024-03-31', '2026-12-31']);
  assert.equal(latestOver('2021-Q1', '2026-Q4', '2026-11-30'), '2026-Q3');
  assert.equal(latestOver('2021-Q1', '2026-Q4', '2030-01-01'), '2026-Q4');
  assert.equal(latestOver('2027-Q1', '2030-Q4', '2026-11-30'), '2027-Q1');
});

test('the first language that the interface speaks', () => {
  assert.equal(preferredLanguage(['de-DE', 'fr-BE', 'nl']), 'fr');
  assert.equal(preferredLanguage(['de']), 'en');
});
