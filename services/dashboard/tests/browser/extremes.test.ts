// Texts that try to be more than texts, and a plan of 10,000 elements.
import { strict as assert } from 'node:assert';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';

import { Demo } from './demo.ts';
import { launch, spaced, Visit, WIDTHS } from './pages.ts';

// What would run, what is written from right to left, what would not break. The services refuse marks of
// writing direction.
const MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>{{window.ran=1}}&lt;b&gt;';
const BIDI = '\u05d0\u05d1\u05d2 12 (\u05d3)';
const LONG = 'W'.repeat(300);
const NOTE = 'x'.repeat(4000);

let demo: Demo;
let browser: Browser;
before(async () => {
  demo = await Demo.start({ seeds: false });
  browser = await launch();
});
after(async () => {
  await browser.close();
  await demo.stop();
});

// Loads an institution with one plan of 2026, whose elements are given.
function load(id: string, name: string, elements: readonly object[]): void {
  const folder = join(demo.folder, id);
  mkdirSync(join(folder, 'plan'), { recursive: true });
  const write = (file: string, content: unknown): void => writeFileSync(join(folder, file), JSON.stringify(content));
  write('institution.json', { name: `institutions/${id}`, displayName: { text: { en: name } } });
  write('plan/plan.json', { name: `institutions/${id}/plans/plan`, title: { text: { en: name } }, firstQuarter: '2026-Q1', lastQuarter: '2026-Q4', languages: ['en'] });
  write('plan/elements.json', { elements });
  demo.athenactl('admin', 'load', folder, '--only', 'institutions');
  demo.athenactl('planner', 'load', folder, '--only', 'plans,elements');
}

// Loads what stands around an element, with texts as long as they may be.
function loadAround(id: string, element: string): void {
  const folder = join(demo.folder, id);
  const write = (file: string, content: unknown): void => writeFileSync(join(folder, file), JSON.stringify(content));
  const text = (content: string) => ({ text: { en: content } });
  const parent = `institutions/${id}`;
  write('indicators.json', { indicators: [{
    name: `${parent}/indicators/long`, displayName: text(LONG), description: text(NOTE), kind: 'KIND_BASE', unit: 'W'.repeat(20), decimals: 0, direction: 'DIRECTION_HIGHER',
    frequency: 'FREQUENCY_QUARTERLY', timeAggregation: 'TIME_AGGREGATION_SUM', owner: LONG.slice(0, 100), classification: 'CLASSIFICATION_PUBLIC', expectedFrom: '2026-Q1',
  }] });
  write('risks.json', { risks: [{ name: `${parent}/risks/long`, code: 'R-1', title: text(LONG), description: text(NOTE), elements: [element], inherentLikelihood: 5, inherentImpact: 5, residualLikelihood: 4, residualImpact: 4, treatment: 'TREATMENT_ACCEPT', owner: LONG.slice(0, 200) }] });
  write('decisions.json', { decisions: [{ name: `${parent}/decisions/long`, title: text(LONG), text: text(NOTE), element, responsible: LONG.slice(0, 200), decidedOn: { year: 2026, month: 2, day: 1 }, dueDate: { year: 2026, month: 12, day: 24 } }] });
  demo.athenactl('planner', 'load', folder, '--only', 'indicators,risks,decisions');
}

test('texts are only ever texts', { timeout: 900_000 }, async () => {
  const element = (code: string, title: string) => ({
    name: `institutions/hostile/plans/plan/elements/e${code}`, kind: 'KIND_OBJECTIVE', code, title: { text: { en: title } },
    description: { text: { en: NOTE } }, lead: MARKUP.slice(0, 100),
    milestones: [{ id: 'late', title: { text: { en: title } }, dueDate: { year: 2026, month: 1, day: 31 }, critical: true }],
  });
  load('hostile', MARKUP, [element('1', MARKUP), element('2', BIDI), element('3', LONG)]);
  for (const view of ['board', 'scorecard']) {
    const visit = await Visit.open(browser, `${demo.address}/${view}/hostile/plan/2026-Q1?lang=en&theme=light&open=all`);
    const page = await visit.text();
    for (const text of [MARKUP, BIDI, LONG]) assert.ok(page.includes(spaced(text)), `${view}: ${text.slice(0, 20)} is shown as it is`);
    assert.deepEqual(
      await visit.page.evaluate(() => [document.querySelectorAll('main img, main script, main b b').length, (window as { ran?: number }).ran ?? 0]),
      [0, 0], `${view}: nothing became markup`);
    // It is isolated from what stands beside it.
    assert.ok(await visit.page.locator('bdi', { hasText: BIDI }).count() > 0);
    for (const width of WIDTHS) {
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.fits(`${view} at ${width} px`);
    }
    await visit.clean(view);
    await visit.close();
  }
  // Pages of one thing, of which the texts are as long as the services take, without a space.
  loadAround('hostile', 'institutions/hostile/plans/plan/elements/e2');
  for (const [path, texts] of [
    ['element/hostile/plan/2026-Q1/e2', [NOTE, LONG]], ['indicator/hostile/plan/2026-Q1/hostile/long', [NOTE]], ['risks/hostile/plan/2026-Q1', [LONG]],
    ['decisions/hostile/plan/2026-Q1?show=all', [NOTE, LONG]], ['work/hostile/plan/2026-Q1/report/e2?as=planner', []], ['quality/hostile/plan/2026-Q1', []],
    ['administration/hostile/plan/2026-Q1', []], ['compare/hostile/plan/2026-Q2', []], ['operations/hostile/plan/2026-Q1', []],
  ] as const) {
    const visit = await Visit.open(browser, `${demo.address}/${path}${path.includes('?') ? '&' : '?'}lang=en&theme=light`);
    // An indicator without target: the browser notes the answer, the page says so.
    if (path.startsWith('indicator/')) visit.expectErrors(/status of 404/);
    const page = await visit.text();
    for (const text of texts) assert.ok(page.includes(text), `${path}: the ${text.length} characters are shown`);
    for (const width of WIDTHS) {
      await visit.page.setViewportSize({ width, height: 800 });
      await visit.fits(`${path} at ${width} px`);
    }
    await visit.clean(path);
    await visit.close();
  }
  const title = await Visit.open(browser, `${demo.address}/scorecard/hostile/plan/2026-Q1?lang=en&theme=light&q=${encodeURIComponent('"><img src=x onerror=window.ran=1>')}&at=${encodeURIComponent('"]<svg onload=window.ran=1>')}&why=${encodeURIComponent('<script>')}`);
  assert.equal(await title.page.evaluate(() => (window as { ran?: number }).ran ?? 0), 0, 'parameters are only ever texts');
  await title.close();
});

test('10,000 elements: only what is near the screen is drawn, and all of it can be walked and found', { timeout: 900_000 }, async () => {
  const elements: object[] = [];
  const add = (code: string, kind: string, parent: string | undefined): string => {
    const name = `institutions/large/plans/plan/elements/e${code.replaceAll('.', '-')}`;
    elements.push({ name, kind, code, title: { text: { en: `Element number ${elements.length + 1}` } }, ...(parent ? { parentElement: parent } : {}) });
    return name;
  };
  for (let axis = 1; axis <= 10; ++axis) {
    const top = add(`${axis}`, 'KIND_AXIS', undefined);
    for (let objective = 1; objective <= 27; ++objective) {
      const middle = add(`${axis}.${objective}`, 'KIND_OBJECTIVE', top);
      for (let action = 1; action <= 36; ++action) add(`${axis}.${objective}.${action}`, 'KIND_ACTION', middle);
    }
  }
  assert.equal(elements.length, 10_000);
  load('large', 'Large plan', elements);
  const visit = await Visit.open(browser, `${demo.address}/scorecard/large/plan/2026-Q1?lang=en&theme=light&open=all`);
  const { page } = visit;
  const tree = page.locator('[role="treegrid"]');
  assert.equal(await tree.getAttribute('aria-rowcount'), '10002', 'the plan, its elements and the head');
  const drawn = await tree.locator('tbody tr[data-row]').count();
  assert.ok(drawn < 500, `${drawn} rows are drawn`);
  await tree.locator('tbody tr[data-row]').first().focus();
  await page.keyboard.press('End');
  await page.locator('#row-10000').waitFor();
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /10\.27\.36\s*Element number 10000/);
  await page.keyboard.press('Home');
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /Large plan/);
  await page.getByRole('searchbox').fill('number 7777');
  await page.waitForURL(/q=number\+7777/);
  await page.getByText('Element number 7777').waitFor();
  assert.equal(await tree.locator('tbody tr[data-row]').count(), 4, 'the element, and what leads to it');
  await visit.clean('a large plan');
  await visit.close();
});
