// Ways through the pages: by keyboard alone, back and forward, by links, with services that are away.
import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import type { Browser, Page } from 'playwright-core';

import { WatchScorecardRequestSchema } from '#gen/athena/reporting/v1/reporting_service_pb.js';

import { Demo, IN_PLAN, PLAN, QUARTER } from './demo.ts';
import { fieldsNamed, launch, says, spaced, Visit } from './pages.ts';

let demo: Demo;
let browser: Browser;
before(async () => {
  demo = await Demo.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await demo.stop();
});

const board = (parameters = 'lang=en&theme=light'): string => `${demo.address}/board/${IN_PLAN}/${QUARTER}?${parameters}`;
const scorecard = (parameters = 'lang=en&theme=light'): string => `${demo.address}/scorecard/${IN_PLAN}/${QUARTER}?${parameters}`;
const focused = (page: Page): Promise<string> => page.evaluate(() => spacedText(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''));

declare global {
  function spacedText(text: string): string;
}
async function open(address: string, options: Parameters<typeof Visit.open>[2] = {}): Promise<Visit> {
  const visit = await Visit.open(browser, address, options);
  await visit.page.evaluate(() => {
    globalThis.spacedText = (text) => text.replace(/\s+/g, ' ').trim();
  });
  return visit;
}

// Presses Tab until something with this name has the focus.
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 200; ++presses) {
    await page.keyboard.press('Tab');
    if (name.test(await focused(page))) return;
  }
  assert.fail(`Tab does not lead to ${name}`);
}

test('by keyboard alone: past the navigation, to the reason of what is red, and back', { timeout: 900_000 }, async () => {
  const visit = await open(board());
  const { page } = visit;
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, /^Why: 4\.4\.5 /);
  await page.keyboard.press('Enter');
  const panel = page.locator('aside[aria-label="Why"]');
  await panel.locator('.steps li').first().waitFor();
  assert.equal(await focused(page), 'Why', 'the panel has the focus');
  assert.match(page.url(), /[?&]why=e4-4-5(&|$)/);
  const explained = demo.json('explain', 'gob', QUARTER, '--element', '4.4.5', '--language', 'en') as { readonly steps: unknown; readonly improvements: unknown };
  says(await visit.text('aside[aria-label="Why"]'), fieldsNamed([explained.steps, explained.improvements], ['sentence', 'formula']), 'the explanation');
  await visit.accessible('the explanation');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.match(await focused(page), /^Why: 4\.4\.5 /, 'the focus is where it was');
  assert.doesNotMatch(page.url(), /why=/);
  await visit.clean('the walk');
  await visit.close();
});

test('the tree by keyboard: rows, opening, cells, closing, the page of a row', { timeout: 900_000 }, async () => {
  const visit = await open(scorecard('lang=en&theme=light&open=none'));
  const { page } = visit;
  const rows = page.locator('[role="treegrid"] tbody tr');
  assert.equal(await rows.count(), 5, 'the plan and its four axes');
  assert.equal(await page.locator('[role="treegrid"] [tabindex="0"]').count(), 1, 'one row is in the tab order');
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^1 ?A high-performing network/);
  assert.equal(await rows.nth(1).getAttribute('aria-expanded'), 'false');
  await page.keyboard.press('ArrowRight');
  await page.locator('tr[aria-level="3"]').first().waitFor();
  assert.equal(await rows.nth(1).getAttribute('aria-expanded'), 'true');
  assert.match(await focused(page), /^1 ?A high-performing network/, 'the row keeps the focus');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(page), 'Green', 'the second cell');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('End');
  assert.match(await focused(page), /^4 ?Develop marketing/);
  await page.keyboard.press('Home');
  assert.match(await focused(page), /^Strategic plan 2021-2026/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^1\.1 ?Win the trust/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await focused(page), /^1 ?A high-performing network/, 'the row above');
  await page.keyboard.press('ArrowLeft');
  await page.locator('tr[aria-level="3"]').first().waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowRight');
  await page.locator('tr[aria-level="3"]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('?');
  await page.locator('aside[aria-label="Why"] .steps li').first().waitFor();
  assert.match(page.url(), /[?&]why=e1-1(&|$)/);
  await page.keyboard.press('Escape');
  await page.locator('aside').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/element\/.*\/e1-1\?/);
  await visit.close();
});

test('a page announces every script that it needs, and loads no other', { timeout: 300_000 }, async () => {
  const address = board('lang=fr&theme=light');
  const visit = await open(address);
  const answer = await fetch(address);
  const told = `${answer.headers.get('link') ?? ''} ${await answer.text()}`;
  const announced = [...new Set([...told.matchAll(/\/assets\/[\w.-]+\.js/g)].map(([path]) => path))];
  const loaded = await visit.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js')));
  assert.ok(announced.length > 2);
  assert.deepEqual([...new Set(loaded)].sort(), announced.sort());
  // The words of another language come when they are asked for.
  await visit.page.getByRole('link', { name: /English/ }).click();
  await visit.page.getByRole('heading', { level: 1, name: 'Board table' }).waitFor();
  assert.equal(await visit.page.evaluate(() => document.documentElement.lang), 'en');
  await visit.page.goBack();
  await visit.page.waitForFunction(() => document.documentElement.lang === 'fr');
  await visit.clean('languages');
  await visit.close();
});

test('a page announces the call that it waits for, and has each answer sent once', { timeout: 300_000 }, async () => {
  for (const [method, address] of [['GetBoardTable', board()], ['GetScorecard', scorecard()]] as const) {
    const announced = new RegExp(`</athena\\.reporting\\.v1\\.ReportingService/${method}\\?`);
    assert.match((await fetch(address)).headers.get('link') ?? '', announced);
    assert.doesNotMatch((await fetch(`${address}&as=planner`)).headers.get('link') ?? '', announced);
    const context = await browser.newContext();
    const page = await context.newPage();
    const calls: string[] = [];
    const watched: Buffer[] = [];
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    page.on('request', (request) => {
      calls.push(`${request.method()} ${new URL(request.url()).pathname.split('/').at(-1) ?? ''}`);
      if (request.url().endsWith('/WatchScorecard')) watched.push(request.postDataBuffer() ?? Buffer.alloc(0));
    });
    const watching = page.waitForRequest(/\/WatchScorecard$/);
    await page.goto(address);
    await watching;
    assert.equal(calls.filter((call) => call === `GET ${method}`).length, 1, calls.join(', '));
    // It is watched from the answer on, so that nothing is sent until something changes. An envelope has five bytes
    // before the message.
    const { basis } = fromBinary(WatchScorecardRequestSchema, (watched[0] ?? Buffer.alloc(5)).subarray(5));
    assert.ok(basis !== undefined && basis.planRevision > 0n, 'the basis of the answer');
    if (method === 'GetScorecard') {
      // Another row in the address is still the same scorecard.
      await page.locator('tr[data-row="1"]').focus();
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(/[?&]at=/);
      assert.equal(watched.length, 1, 'the scorecard is watched once');
    }
    assert.deepEqual(warnings, []);
    await context.close();
  }
});

test('on paper each row is as wide as its table, though a column is left out', { timeout: 300_000 }, async () => {
  const visit = await Visit.open(browser, `${demo.address}/board/${IN_PLAN}/${QUARTER}?lang=nl`, { width: 760 });
  await visit.page.emulateMedia({ media: 'print' });
  const narrow = await visit.page.locator('main table').evaluateAll((tables) => tables.flatMap((table) =>
    [...table.querySelectorAll('tbody tr')].map((row) => {
      const cells = [...row.children].filter((cell) => getComputedStyle(cell).display !== 'none');
      return Math.round(table.getBoundingClientRect().right - Math.max(...cells.map((cell) => cell.getBoundingClientRect().right)));
    }).filter((missing) => missing > 2)));
  assert.deepEqual(narrow, []);
  await visit.close();
});

test('filters hide rows and never change a score', { timeout: 900_000 }, async () => {
  const visit = await open(scorecard());
  const { page } = visit;
  const plan = await page.locator('[role="treegrid"] tbody tr').first().locator('.scorecell > b').textContent();
  await page.getByRole('checkbox', { name: /^Red/ }).check();
  await page.waitForURL(/status=r/);
  const { result } = demo.json('scorecard', 'gob', QUARTER, '--language', 'en') as { readonly result: { readonly root: unknown } };
  const reds = JSON.stringify(result.root).split('"status":"SCORECARD_STATUS_RED","').length;
  assert.ok(reds > 1);
  const shown = await page.locator('[role="treegrid"] tbody tr').evaluateAll((all) => all.map((row) => ({ red: row.querySelector('.st.r') !== null, last: !row.hasAttribute('aria-expanded') || row.getAttribute('aria-expanded') === 'false' })));
  assert.ok(shown.every(({ red, last }) => red || !last), 'what is not red only leads to red');
  assert.equal(await page.locator('[role="treegrid"] tbody tr').first().locator('.scorecell > b').textContent(), plan);
  await page.getByRole('checkbox', { name: /^Red/ }).uncheck();
  await page.getByRole('searchbox').fill('sickness');
  await page.waitForURL(/q=sickness/);
  const found = await page.locator('[role="treegrid"] tbody tr').last().textContent();
  assert.match(spaced(found ?? ''), /Sickness absence/);
  assert.equal(await page.locator('[role="treegrid"] tbody tr').first().locator('.scorecell > b').textContent(), plan);
  await visit.close();
});

test('back and forward show what was there', { timeout: 900_000 }, async () => {
  const visit = await open(board());
  const { page } = visit;
  const first = await visit.text('h2');
  await page.getByRole('link', { name: /^Previous quarter/ }).click();
  await page.waitForURL(/2026-Q2/);
  await visit.settled();
  const second = await page.locator('.head p').first().textContent();
  assert.match(second ?? '', /second quarter of 2026/);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Scorecard' }).click();
  await page.waitForURL(/\/scorecard\//);
  await visit.settled();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1', 'a new page begins with its heading');
  await page.goBack();
  await page.waitForURL(/\/board\/.*2026-Q2/);
  await page.goBack();
  await page.waitForURL(/\/board\/.*2026-Q3/);
  await visit.settled();
  assert.equal(await visit.text('h2'), first);
  await page.goForward();
  await page.goForward();
  await page.waitForURL(/\/scorecard\//);
  await visit.settled();
  assert.equal(await visit.text('h1'), 'Scorecard');
  await visit.clean('back and forward');
  await visit.close();
});

test('a link opened elsewhere shows the same', { timeout: 900_000 }, async () => {
  const visit = await open(scorecard());
  const { page } = visit;
  await page.getByRole('link', { name: /Français/ }).click();
  await page.getByRole('link', { name: 'Sombre' }).click();
  await page.getByRole('button', { name: 'Tout fermer' }).click();
  await page.locator('#row-3 .twist').click();
  await page.locator('tr[aria-level="3"]').first().waitFor();
  await page.waitForURL(/at=e3/);
  const rows = (of: Page): Promise<string[]> => of.locator('[role="treegrid"] tbody tr').evaluateAll((all) => all.map((row) => `${row.textContent ?? ''} ${row.getAttribute('aria-current') ?? ''}`));
  // Somebody whose browser speaks another language and is set to light.
  const elsewhere = await open(page.url(), { locale: 'nl-BE' });
  assert.deepEqual(await rows(elsewhere.page), await rows(page));
  assert.equal(await elsewhere.page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dataset['theme']}`), 'fr dark');
  await elsewhere.close();
  await visit.close();
});

test('a link to exactly this answer leaves out what came later', { timeout: 900_000 }, async () => {
  const visit = await open(board());
  await visit.page.getByRole('link', { name: 'Link to exactly this answer' }).click();
  await visit.page.waitForURL(/asof=basis/);
  await visit.settled();
  const before = await visit.text('.board');
  demo.athenactl('planner', 'set', `${PLAN}/elements/e4-4-5`, 'title.en=Quite another title');
  const later = await open(visit.page.url());
  assert.equal(await later.text('.board'), before);
  await later.page.getByRole('link', { name: 'Show what is known now' }).click();
  await later.page.getByText('Quite another title').first().waitFor();
  await later.close();
  await visit.close();
});

test('a figure that is pushed appears by itself', { timeout: 900_000 }, async () => {
  const visit = await open(board());
  const file = join(demo.folder, 'push.csv');
  writeFileSync(file, 'indicator,period,value\nprocesses-with-indicators,2026-Q3,99\n');
  demo.athenactl('sender', 'push', '--institution', 'gob', '--again', file);
  const answer = demo.json('board', 'gob', QUARTER, '--language', 'en') as { readonly verdict: { readonly summary: string }; readonly red: { readonly heading: string } };
  await visit.page.getByRole('heading', { name: answer.red.heading }).waitFor({ timeout: 120_000 });
  says(await visit.text(), fieldsNamed(answer.verdict, ['summary', 'scoreText']), 'the board');
  await visit.close();
});

test('a service that is away is named, what was there stays, and it mends itself', { timeout: 900_000 }, async () => {
  const visit = await open(board());
  visit.expectErrors(/503|Failed to load resource/);
  const { page } = visit;
  for (const [service, name] of [['reporting', 'reporting'], ['plan', 'plan'], ['indicator', 'indicator']] as const) {
    const heading = await visit.text('#red h2');
    await demo.stopService(service);
    await page.getByRole('link', { name: /^Previous quarter/ }).click();
    await page.getByRole('alert').filter({ hasText: `The ${name} service does not answer.` }).first().waitFor();
    await page.goBack();
    await page.waitForURL(/2026-Q3/);
    // What was answered before is there, and said to be old.
    await page.getByRole('alert').filter({ hasText: 'Below is what was answered at' }).first().waitFor();
    assert.equal(await visit.text('#red h2'), heading);
    await visit.accessible(`without ${service}`);
    await demo.startService(service);
    await page.locator('.problem').first().waitFor({ state: 'detached', timeout: 120_000 });
    assert.equal(await visit.text('#red h2'), heading);
  }
  await visit.clean('outages');
  await visit.close();
});
