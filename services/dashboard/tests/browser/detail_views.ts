// The views of single things and of lists, and what each has to say.
import { strict as assert } from 'node:assert';

import { CLOSED_QUARTER, type Demo, IN_PLAN, PLAN, QUARTER } from './demo.ts';
import { fieldsNamed, type Language, says, spaced, type Visit } from './pages.ts';
import type { ViewCase } from './views.ts';

type Json = Record<string, unknown>;
const list = (answer: unknown, name: string): Json[] => ((answer as Json)[name] ?? []) as Json[];

// "7.547909562903" as people of the language read it, by hand.
function rounded(decimal: string, decimals: number, language: Language): string {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(13, '0').slice(0, 13));
  const step = 10n ** BigInt(13 - decimals);
  const text = ((digits + step / 2n) / step).toString().padStart(decimals + 1, '0');
  const mark = language === 'en' ? '.' : ',';
  const number = decimals === 0 ? text : `${text.slice(0, -decimals)}${mark}${text.slice(-decimals)}`;
  return negative ? `\u2212${number}` : number;
}

const inLanguage = (text: unknown, language: Language): string => (text as { text?: Record<string, string> } | undefined)?.text?.[language] ?? '';

async function sameIndicator(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const told = demo.json('explain', 'gob', QUARTER, '--element', '2.1.5', '--indicator', 'absenteeism', '--language', language) as Json;
  const page = await visit.text();
  says(page, fieldsNamed([told['steps'], told['improvements']], ['sentence']), `why the indicator has its colour, in ${language}`);
  // The value of each quarter of the last two years, as the indicator service tells it.
  const values = list(demo.json('values', 'gob/absenteeism', '2024-Q4..2026-Q3'), 'values');
  const decimals = values.map((value) => (value['own'] as { value?: { decimal: string } }).value?.decimal ?? '');
  assert.ok(decimals.length >= 8 && decimals.every((decimal) => decimal !== ''));
  const shown = (await visit.page.locator('section[aria-labelledby="h-figures"] tbody tr td:nth-child(2) b').allTextContents()).map(spaced);
  for (const decimal of decimals) assert.ok(shown.includes(rounded(decimal, 2, language)), `${decimal} of ${shown.join(' ')}`);
  // The statuses follow; then each value of the plan has one.
  await visit.page.locator('section[aria-labelledby="h-figures"] tbody tr .st').nth(7).waitFor();
}

async function sameElement(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const told = demo.json('explain', 'gob', QUARTER, '--element', '1.3', '--language', language) as Json;
  const page = await visit.text();
  says(page, fieldsNamed([told['steps'], told['improvements']], ['sentence']), `why the element has its colour, in ${language}`);
  says(page, fieldsNamed(told['steps'], ['title']), `parts of the element in ${language}`);
}

async function samePublications(visit: Visit, demo: Demo): Promise<void> {
  const published = list(demo.json('publications', 'gob'), 'publications');
  assert.ok(published.length > 0);
  says(await visit.text(), published.map((one) => String(one['period'])), 'publications');
}

async function samePublication(visit: Visit, demo: Demo): Promise<void> {
  const one = demo.json('publications', 'gob', CLOSED_QUARTER, '1') as Json;
  says(await visit.text(), [String(one['sha256']), String(one['keyId'])], 'publication');
}

async function sameComparison(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const told = demo.json('compare', 'gob', QUARTER, '--from', '2026-Q2', '--language', language) as Json;
  const differences = list(told, 'differences');
  assert.ok(differences.length > 0);
  says(await visit.text(), fieldsNamed(differences, ['title']), `differences in ${language}`);
  assert.equal(await visit.page.locator('main tbody tr').count(), differences.length);
}

// What was published, and what is known now.
async function sameRestated(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const told = demo.json('compare', 'gob', CLOSED_QUARTER, '--since', 'published', '--language', language) as Json;
  assert.equal((told['from'] as Json)['publication'], `${PLAN}/scorecards/${CLOSED_QUARTER}/publications/1`);
  const page = await visit.text();
  const published = { nl: 'zoals gepubliceerd, nr. 1', fr: 'tel que publié, n° 1', en: 'as published, no. 1' };
  says(page, [`${CLOSED_QUARTER} ${published[language]}`, ...fieldsNamed(list(told, 'differences'), ['title'])], `published and restated in ${language}`);
  assert.equal(await visit.page.locator('main tbody tr').count(), list(told, 'differences').length);
}

// Read by itself an indicator has the status that the scorecard gives it, and says which elements link it.
async function sameAlone(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const { result } = demo.json('scorecard', 'gob', QUARTER, '--full', '--language', language) as { result: { root: Json } };
  const links: Json[] = [];
  const walk = (node: Json): void => {
    if (list(node, 'indicators').some((one) => one['indicator'] === 'institutions/gob/indicators/absenteeism')) links.push(node);
    list(node, 'children').forEach(walk);
  };
  walk(result.root);
  assert.ok(links.length > 0);
  says(await visit.text('.head'), links.map((node) => `${String(node['code'])} ${String(node['title'])}`), `elements that link it in ${language}`);
  assert.ok(await visit.page.locator('.big .w').count() > 0, 'it has a status');
  await visit.page.locator('section[aria-labelledby="h-figures"] tbody tr .st').nth(7).waitFor();
}

async function sameAdministration(visit: Visit, demo: Demo): Promise<void> {
  const { closings } = demo.json('list', 'closings', 'gob') as { closings: Json[] };
  const { pushes } = demo.json('pushes', 'gob', '--limit', '20') as { pushes: Json[] };
  assert.ok(closings.length > 0 && pushes.length > 0);
  const page = await visit.text();
  says(page, closings.flatMap((one) => [String(one['quarter']), String(one['reason']), String(one['subject'])]), 'closings');
  says(page, pushes.flatMap((one) => [String(one['pushId']), String(one['sender'])]), 'pushes');
}

async function sameRisks(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const risks = list(demo.json('list', 'risks', 'gob'), 'risks').filter((risk) => risk['state'] !== 'STATE_CLOSED');
  assert.ok(risks.length > 0);
  says(await visit.text(), risks.flatMap((risk) => [String(risk['code']), inLanguage(risk['title'], language)]), `risks in ${language}`);
  const counts = await visit.page.locator('.matrix .no').allTextContents();
  assert.equal(counts.reduce((sum, count) => sum + Number(count), 0), risks.length, 'each risk stands in one cell');
}

async function sameDecisions(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const decisions = list(demo.json('list', 'decisions', 'gob'), 'decisions').filter((one) => !['STATE_DONE', 'STATE_DROPPED'].includes(String(one['state'])));
  assert.ok(decisions.length > 0);
  says(await visit.text(), decisions.map((one) => inLanguage(one['title'], language)), `decisions in ${language}`);
}

async function sameBudget(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const scorecard = demo.json('scorecard', 'gob', QUARTER, '--full', '--language', language) as { result: { root: { budget: Record<string, { decimal: string }> } } };
  const { paymentExecution, paid } = scorecard.result.root.budget;
  const share = rounded(String(Number(paymentExecution?.decimal) * 100), 1, language);
  const page = await visit.text();
  says(page, [`${share} %`], `budget in ${language}`);
  const digits = page.replace(/(\d)[.,\s](?=\d{3})/g, '$1');
  assert.ok(digits.includes(`${rounded(paid?.decimal ?? '', 0, language)} €`), 'what was paid, in euros');
}

async function sameQuality(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const told = demo.json('completeness', 'gob', '--from', QUARTER, '--to', QUARTER) as Json;
  const [quarter] = list(told, 'quarters');
  const rate = (quarter?.['measures'] as { rate: { decimal: string } }).rate.decimal;
  says(await visit.text(), [`${rounded(String(Number(rate) * 100), 1, language)} %`, ...fieldsNamed(told['overdueSenders'], ['sender'])], `data quality in ${language}`);
}

async function sameOperations(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const plan = demo.json('get', `${PLAN}/operationalPlans/bcit-2026-1`) as Json;
  const items = list(plan, 'items');
  assert.ok(items.length > 0);
  says(await visit.text(), items.flatMap((item) => [String(item['code']), inLanguage(item['title'], language)]), `operational plan in ${language}`);
}

async function sameWork(visit: Visit, demo: Demo, language: Language): Promise<void> {
  const due = list(demo.json('progress', 'gob', QUARTER), 'dueProgressReports');
  assert.ok(due.length > 0);
  says(await visit.text(), due.flatMap((one) => [String(one['code']), inLanguage(one['title'], language)]), `progress reports in ${language}`);
}

export const DETAIL_VIEWS: readonly ViewCase[] = [
  { name: 'indicator', path: `/indicator/${IN_PLAN}/${QUARTER}/gob/absenteeism?element=e2-1-5`, same: sameIndicator },
  { name: 'element', path: `/element/${IN_PLAN}/${QUARTER}/e1-3`, same: sameElement },
  { name: 'publications', path: `/publications/${IN_PLAN}/${QUARTER}`, same: samePublications },
  { name: 'publication', path: `/publications/${IN_PLAN}/${CLOSED_QUARTER}/1`, same: samePublication },
  { name: 'comparison', path: `/compare/${IN_PLAN}/${QUARTER}?from=2026-Q2`, same: sameComparison },
  { name: 'published and restated', path: `/compare/${IN_PLAN}/${CLOSED_QUARTER}?from=publication-1`, same: sameRestated },
  { name: 'indicator by itself', path: `/indicator/${IN_PLAN}/${QUARTER}/gob/absenteeism`, same: sameAlone },
  { name: 'administration', path: `/administration/${IN_PLAN}/${QUARTER}`, same: sameAdministration },
  { name: 'risks', path: `/risks/${IN_PLAN}/${QUARTER}`, same: sameRisks },
  { name: 'budget', path: `/budget/${IN_PLAN}/${QUARTER}`, same: sameBudget },
  { name: 'data quality', path: `/quality/${IN_PLAN}/${QUARTER}`, same: sameQuality },
  { name: 'operational plan', path: `/operations/${IN_PLAN}/${QUARTER}?unit=bcit`, same: sameOperations },
  { name: 'decisions', path: `/decisions/${IN_PLAN}/${QUARTER}`, same: sameDecisions },
  { name: 'work', path: `/work/${IN_PLAN}/${QUARTER}?show=all`, same: sameWork },
  { name: 'a decision to enter', path: `/work/${IN_PLAN}/${QUARTER}/decision?as=planner`, same: async (visit) => assert.ok(await visit.page.locator('form button[type="submit"]').count()) },
];
