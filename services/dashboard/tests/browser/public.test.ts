// What a citizen does at a public site, in each language: finds the publications of a plan, reads one, verifies
// it, takes it along and prints it. What is shown is compared with the command line's JSON.
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';

import { CLOSED_QUARTER, Demo, PLAN } from './demo.ts';
import { LANGUAGES, type Language, launch, says, spaced, Visit } from './pages.ts';
import { type Scored, scoreText } from './views.ts';

const TEXTS: Readonly<Record<Language, { readonly verify: string; readonly passed: string; readonly read: string; readonly take: string }>> = {
  nl: { verify: 'Nagaan in deze browser', passed: 'Dit is wat gepubliceerd werd.', read: 'Het document lezen', take: 'Het document alleen, zoals het ondertekend werd (JSON)' },
  fr: { verify: 'Vérifier dans ce navigateur', passed: 'C’est bien ce qui a été publié.', read: 'Lire le document', take: 'Le document seul, tel qu’il a été signé (JSON)' },
  en: { verify: 'Verify in this browser', passed: 'It is what was published.', read: 'Read the document', take: 'The document alone, as it was signed (JSON)' },
};
const OTHER = 'institutions/gob/plans/not-published';

let demo: Demo;
let browser: Browser;
let site: string;
before(async () => {
  demo = await Demo.start();
  // The second one: the demo's own is for the institution, and not to be seen here.
  demo.athenactl('publisher', 'publish', 'gob', CLOSED_QUARTER, '--public', '--reason', 'for everybody');
  site = await demo.startPublicGateway(PLAN, OTHER);
  browser = await launch();
});
after(async () => {
  await browser.close();
  await demo.stop();
});

for (const language of LANGUAGES) {
  test(`a citizen finds, reads, verifies, downloads and prints a publication in ${language}`, { timeout: 300_000 }, async () => {
    const texts = TEXTS[language];
    const { title } = demo.json('get', PLAN) as { readonly title: { readonly text: Record<string, string> } };
    const planTitle = title.text[language] ?? '';
    assert.ok(planTitle !== '');
    const published = demo.json('publications', 'gob', CLOSED_QUARTER, '2') as { readonly sha256: string; readonly keyId: string };
    const saved = join(demo.folder, `public-${language}.json`);
    demo.athenactl('', 'publications', 'gob', CLOSED_QUARTER, '2', '--out', saved);
    const { document } = JSON.parse(readFileSync(saved, 'utf8')) as { readonly document: { readonly scorecards: readonly { readonly languageCode: string; readonly result: { readonly root: Scored } }[] } };

    const asked = new Set<string>();
    const visit = await Visit.open(browser, `${site}/?lang=${language}&theme=light`);
    const { page } = visit;
    page.on('request', (request) => {
      const method = /\/athena\.[\w.]+\/(\w+)/.exec(request.url())?.[1];
      if (method !== undefined) asked.add(method);
    });

    // The plans, by their titles; one of which nothing was published, by its name.
    await page.getByRole('link', { name: planTitle, exact: true }).click();
    await page.locator('main table').waitFor();
    says(await visit.text(), [planTitle, 'gob · not-published'], `plans in ${language}`);
    assert.equal(spaced((await page.locator('.head p').textContent()) ?? ''), planTitle);
    const rows = page.locator('main table tbody tr');
    assert.equal(await rows.count(), 1, 'the publication of the institution is not listed');
    await visit.accessible(`list in ${language}`);
    await rows.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: CLOSED_QUARTER }).waitFor();
    says(await visit.text(), [planTitle, published.sha256, published.keyId], `publication in ${language}`);

    // Each element of the document, with its score, in this language.
    await page.getByRole('button', { name: texts.read }).click();
    const told = page.locator('main section[aria-labelledby="h-read"] tbody[role="rowgroup"] tr');
    await told.first().waitFor();
    const shown = await told.evaluateAll((all) => all.map((row) => `${row.querySelector('.code')?.textContent ?? ''}|${row.querySelector('th .told')?.textContent ?? ''}|${row.querySelector('.scorecell > b')?.firstChild?.nodeType === Node.TEXT_NODE ? (row.querySelector('.scorecell > b')?.textContent ?? '') : ''}`));
    const expected: string[] = [];
    const add = (node: Scored): void => {
      expected.push(`${node.code ?? ''}|${node.title ?? ''}|${node.score ? scoreText(node.score.decimal, language) : ''}`);
      node.children?.forEach(add);
    };
    const scorecard = document.scorecards.find(({ languageCode }) => languageCode === language);
    assert.ok(scorecard);
    add(scorecard.result.root);
    assert.ok(expected.length > 100);
    assert.deepEqual(shown, expected);
    assert.equal(scorecard.result.root.title, planTitle);

    // The site offers the key.
    await page.getByRole('button', { name: texts.verify }).click();
    await page.locator('.checks .out').getByText(texts.passed).waitFor();
    assert.equal(await page.locator('.checks li').count(), 5);

    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: texts.take }).click()]);
    assert.equal(createHash('sha256').update(readFileSync(await download.path())).digest('hex'), published.sha256);

    // On paper: what was read and what came out, without what one can only click.
    await page.evaluate(() => scrollTo(0, 0));
    await visit.accessible(`publication in ${language}`);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await told.last().isVisible(), true);
    assert.equal(await page.locator('.checks .out').isVisible(), true);
    for (const button of await page.locator('main button').all()) assert.equal(await button.isVisible(), false, await button.textContent() ?? '');
    await visit.clean(`public site in ${language}`);
    // No RPC but those of publications was called.
    assert.deepEqual([...asked].sort(), ['DownloadPublication', 'GetPublication', 'ListPublications']);
    await visit.close();
  });
}
