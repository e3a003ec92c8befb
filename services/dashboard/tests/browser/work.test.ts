// The forms: a progress report is written, submitted, validated and returned, a decision is entered and
// closed; a publication is verified in the browser. What is stored is asked through the command line.
import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';

import { CLOSED_QUARTER, Demo, IN_PLAN, PLAN, QUARTER } from './demo.ts';
import { LANGUAGES, launch, says, Visit, WIDTHS } from './pages.ts';

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

const HOSTILE = `<img src=x onerror=alert(1)> ${'x'.repeat(3000)}`;

test('a progress report from its first word to its return', { timeout: 300_000 }, async () => {
  const report = `${PLAN}/elements/e1-2-2/progressReports/${QUARTER}`;
  const path = `/work/${IN_PLAN}/${QUARTER}/report/e1-2-2?lang=en`;
  const visit = await Visit.open(browser, `${demo.address}${path}&as=planner`);
  // Refusals are errors of requests, which browsers write to the console.
  visit.expectErrors(/status of 40[03]/);
  const { page } = visit;
  const stored = (): Record<string, unknown> => demo.json('get', report) as Record<string, unknown>;
  const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  await page.getByLabel('Complete at the end').fill('much');
  await press('Save as draft');
  await page.getByText('Of the whole action, 0 to 100.').nth(1).waitFor();
  await page.getByLabel('Complete at the end').fill('162,5');
  await press('Save as draft');
  await page.getByText('got 162.5, want 0 to 100').first().waitFor();

  await page.getByLabel('Complete at the end').fill('62,5');
  // The service refuses marks of writing direction, and the form says so beside the text.
  await page.getByLabel('What happened in the quarter (English)').fill('\u202egnirts');
  await press('Save as draft');
  await page.getByText('want a text without control characters or marks of direction').first().waitFor();
  await page.getByLabel('What happened in the quarter (English)').fill(HOSTILE);
  await press('Save as draft');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.locator('main dl.kv dd').filter({ hasText: 'draft' }).first().waitFor();
  assert.equal(stored()['percentComplete'], 62.5);
  assert.deepEqual(stored()['narrative'], { text: { en: HOSTILE } });

  // Evidence: a malformed address is refused beside its field; of a file its SHA-256 is kept, as sha256sum prints it.
  await press('Add a document');
  await page.getByLabel('What it is').fill('Minutes of June');
  await page.getByLabel('Where it is').fill('ftp://example.org/minutes');
  await press('Save as draft');
  await page.locator('fieldset .fault').filter({ hasText: 'http' }).first().waitFor();
  await page.getByLabel('Where it is').fill('https://example.org/minutes');
  await press('Add a document');
  const proof = join(demo.folder, 'proof.txt');
  writeFileSync(proof, 'abc');
  await page.getByLabel('Or a file').setInputFiles(proof);
  await page.getByText('SHA-256 ba7816bf').waitFor();
  await press('Save as draft');
  await page.getByText('Saved.', { exact: true }).waitFor();
  assert.deepEqual(stored()['evidence'], [
    { title: 'Minutes of June', url: 'https://example.org/minutes' },
    // FIPS 180-2, appendix B.1.
    { title: 'proof.txt', fileName: 'proof.txt', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  ]);

  await press('Submit');
  await page.locator('main dl.kv dd').filter({ hasText: 'submitted' }).first().waitFor();
  await press('Validate');
  await page.getByText('Your role may not do this.').waitFor();
  await page.getByLabel('Act as').selectOption('validator');
  await page.locator('main dl.kv dd').filter({ hasText: 'submitted' }).first().waitFor();
  await press('Validate');
  await page.locator('main dl.kv dd').filter({ hasText: 'validated' }).first().waitFor();
  assert.equal(stored()['state'], 'STATE_VALIDATED');

  await press('Return');
  await page.getByLabel('Reason', { exact: true }).fill('The figures of June are missing');
  await press('Return with this reason');
  await page.getByText('Returned by validator: The figures of June are missing').waitFor();
  assert.equal(stored()['state'], 'STATE_RETURNED');

  // What was written is only ever a text, also where it is read.
  await page.goto(`${demo.address}/work/${IN_PLAN}/${QUARTER}/report/e1-2-2?lang=en&as=planner`);
  await visit.settled();
  await press('Submit');
  await page.locator('main dl.kv dd').filter({ hasText: 'submitted' }).first().waitFor();
  await page.goto(`${demo.address}/element/${IN_PLAN}/${QUARTER}/e1-2-2?lang=en`);
  await visit.settled();
  assert.ok((await visit.text()).includes('<img src=x onerror=alert(1)>'));
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await visit.fits(`hostile text at ${width}`);
  }
  await visit.clean('progress report');
  await visit.close();
});

test('a note about an indicator is written with the report of its element', { timeout: 300_000 }, async () => {
  const visit = await Visit.open(browser, `${demo.address}/work/${IN_PLAN}/${QUARTER}/report/e2-4-4?lang=en&as=planner`);
  const { page } = visit;
  const note = page.locator('fieldset details').filter({ has: page.locator('.st') }).first();
  await note.locator('summary').first().click();
  await note.getByLabel('Why it has this value (English)').fill('Two trainers were ill for long');
  await note.getByLabel('Who does it').fill('Head of HR');
  await note.getByLabel('By', { exact: true }).fill('2026-12-24');
  await page.getByRole('button', { name: 'Save as draft' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  const stored = demo.json('get', `${PLAN}/elements/e2-4-4/progressReports/${QUARTER}`) as { indicatorNotes: object[] };
  assert.deepEqual(stored.indicatorNotes, [{
    indicator: 'institutions/gob/indicators/diversity-training', cause: { text: { en: 'Two trainers were ill for long' } }, measure: {}, owner: 'Head of HR', dueDate: { year: 2026, month: 12, day: 24 },
  }]);
  await visit.accessible('notes');
  await visit.clean('notes');
  await visit.close();
});

test('a decision is entered, followed up and closed', { timeout: 300_000 }, async () => {
  const visit = await Visit.open(browser, `${demo.address}/work/${IN_PLAN}/${QUARTER}/decision?lang=en&as=planner`);
  visit.expectErrors(/status of 400/);
  const { page } = visit;
  await page.getByLabel('Title (English)').fill('More coaches');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('want the element that it is about, or a publication').first().waitFor();
  await page.getByLabel('About the element').selectOption({ value: `${PLAN}/elements/e2-1-5` });
  await page.getByLabel('Who carries it out').fill('Head of HR');
  await page.getByLabel('To be carried out by').fill('2099-12-24');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(/\/decision\/decision-/);
  await visit.settled();
  const name = `institutions/gob/decisions/${/decision\/([a-z0-9-]+)/.exec(page.url())?.[1] ?? ''}`;
  const stored = (): Record<string, unknown> => demo.json('get', name) as Record<string, unknown>;
  assert.equal(stored()['element'], `${PLAN}/elements/e2-1-5`);
  await page.getByLabel('State').selectOption({ label: 'done' });
  await page.getByLabel('What was seen or done').fill('Two coaches began');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The decision is changed.').waitFor();
  assert.equal(stored()['state'], 'STATE_DONE');
  assert.equal((stored()['notes'] as { text: string }[])[0]?.text, 'Two coaches began');
  await visit.clean('decision');
  await visit.close();
});

test('whoever may closes and reopens a quarter, and sees what became of a push', { timeout: 300_000 }, async () => {
  const path = `/administration/${IN_PLAN}/${QUARTER}?lang=en`;
  const visit = await Visit.open(browser, demo.address + path);
  visit.expectErrors(/status of 40[03]/);
  const { page } = visit;
  const closings = (): Record<string, string>[] => (demo.json('list', 'closings', 'gob') as { closings: Record<string, string>[] }).closings;
  const change = async (what: string, reason: string): Promise<void> => {
    await page.getByRole('button', { name: what, exact: true }).click();
    await page.getByLabel(`Reason: ${what}`).fill(reason);
    await page.getByRole('button', { name: 'Do it' }).click();
  };
  await change(`Close ${QUARTER}`, 'All figures are there');
  await page.getByText('Your role may not do this.').waitFor();
  assert.equal(closings().some(({ quarter }) => quarter === QUARTER), false);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByLabel('Act as').selectOption('publisher');
  await change(`Close ${QUARTER}`, 'All figures are there');
  await page.getByText(`${QUARTER} is closed.`).waitFor();
  const closed = closings().find(({ quarter }) => quarter === QUARTER);
  assert.deepEqual([closed?.['state'], closed?.['reason'], closed?.['subject']], ['STATE_CLOSED', 'All figures are there', 'publisher']);
  await page.getByRole('button', { name: `Reopen ${QUARTER}`, exact: true }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), `Reopen ${QUARTER}`, 'the focus is where it was');
  await change(`Reopen ${QUARTER}`, '');
  await page.locator('.fault').filter({ hasText: /\S/ }).first().waitFor();
  await page.getByLabel(`Reason: Reopen ${QUARTER}`).fill('A figure was wrong');
  await page.getByRole('button', { name: 'Do it' }).click();
  await page.getByText(`${QUARTER} is reopened.`).waitFor();
  assert.equal(closings().find(({ quarter }) => quarter === QUARTER)?.['state'], 'STATE_REOPENED');

  // A push into a closed quarter is locked, and the page says how many rows were.
  const file = join(demo.folder, 'locked.csv');
  writeFileSync(file, `indicator,period,value\nprocesses-with-indicators,${CLOSED_QUARTER},1\nprocesses-with-indicators,${QUARTER},98\n`);
  // It ends with 3: a row was refused.
  assert.throws(() => demo.athenactl('sender', 'push', '--institution', 'gob', '--partial', '--again', '--push-id-prefix', 'half-locked', file));
  await page.goto(demo.address + path);
  await visit.settled();
  const row = page.locator('section[aria-labelledby="h-pushes"] tbody tr').first();
  assert.match(await row.innerText(), /half-locked/);
  const [pushed] = (demo.json('pushes', 'gob', '--limit', '1') as { pushes: { counts: Record<string, number> }[] }).pushes;
  assert.equal(pushed?.counts['locked'], 1);
  assert.deepEqual(await row.locator('td.num').evaluateAll((cells) => cells.map((cell) => Number(/\d+$/.exec(cell.textContent.trim())?.[0]))), ['inserted', 'revised', 'unchanged', 'deleted', 'rejected', 'locked'].map((name) => pushed?.counts[name] ?? 0));
  await visit.clean('administration');
  await visit.close();
});

test('a scorecard and the observations behind it are downloaded as the command line writes them', { timeout: 300_000 }, async () => {
  const visit = await Visit.open(browser, `${demo.address}/scorecard/${IN_PLAN}/${QUARTER}?lang=nl`);
  const { page } = visit;
  await page.getByText('Downloaden', { exact: true }).click();
  const written = (command: string, ...args: readonly string[]): Buffer => {
    const file = join(demo.folder, 'written');
    demo.athenactl('', command, 'gob', QUARTER, '--output', file, ...args);
    return readFileSync(file);
  };
  const taken = async (button: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button, exact: true }).click()]);
    const file = join(demo.folder, download.suggestedFilename());
    assert.match(file, /gob-strategic-plan-2021-2026-2026-Q3.*\.(xlsx|csv|html|json|xml)$/);
    await download.saveAs(file);
    return readFileSync(file);
  };
  const language = ['--language', 'nl'];
  for (const [button, format, ...guard] of [
    ['Excel (XLSX)', 'xlsx'], ['CSV', 'csv', '--spreadsheet'], ['Pagina om af te drukken (HTML)', 'html'], ['JSON', 'json'], ['StratML', 'stratml'],
  ] as const) {
    assert.ok((await taken(button)).equals(written('export-scorecard', '--format', format, ...guard, ...language)), format);
  }
  assert.ok((await taken('De waarnemingen erachter (CSV)')).equals(written('export-observations', '--spreadsheet')), 'observations');
  await visit.accessible('downloads');
  await visit.clean('downloads');
  await visit.close();
});

test('the page of an exported scorecard is accessible, fits every width and prints on A4', { timeout: 300_000 }, async () => {
  for (const language of LANGUAGES) {
    const file = join(demo.folder, `page-${language}.html`);
    demo.athenactl('', 'export-scorecard', 'gob', CLOSED_QUARTER, '--format', 'html', '--language', language, '--output', file);
    const visit = await Visit.open(browser, `file://${file}`);
    const { page } = visit;
    const what = `exported page in ${language}`;
    assert.equal(await page.locator('html').getAttribute('lang'), language);
    // Its score, as its language writes numbers.
    const { result } = demo.json('scorecard', 'gob', CLOSED_QUARTER) as { result: { root: { score: { value: number } } } };
    const score = new Intl.NumberFormat({ nl: 'nl-BE', fr: 'fr-BE', en: 'en-GB' }[language], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    says(await visit.text('body'), [score.format(result.root.score.value)], what);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      await visit.accessible(`${what} at ${width} px`);
      await visit.fits(`${what} at ${width} px`);
    }
    // A4 in landscape, 297 x 210 mm, in points of 1/72 inch.
    const printed = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const boxes = [...printed.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/gu)].map(([, width, height]) => [Math.round(Number(width)), Math.round(Number(height))]);
    assert.ok(boxes.length > 1, `${what}: ${boxes.length} pages`);
    assert.deepEqual(boxes.filter(([width, height]) => width !== 842 || height !== 595), [], what);
    await visit.clean(what);
    await visit.close();
  }
});

test('a publication is verified in the browser, with the key that a citizen has', { timeout: 300_000 }, async () => {
  const visit = await Visit.open(browser, `${demo.address}/publications/${IN_PLAN}/${CLOSED_QUARTER}/1?lang=en`);
  const { page } = visit;
  const outcome = page.locator('.checks .out');
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  // Without a key the signature is not checked, and the page says so.
  await outcome.getByText('its signature could not be checked').waitFor();
  await page.getByText('Public key of the publisher').click();
  await page.getByLabel('Public key (PEM)').fill(demo.publicKey);
  await page.getByRole('button', { name: 'Verify in this browser' }).click();
  await outcome.getByText('It is what was published.').waitFor();
  await visit.accessible('verified publication');

  // The downloaded file is the command line's, byte by byte; and a changed one is found out.
  const file = join(demo.folder, 'browser.json');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Document with its signature' }).click()]);
  await download.saveAs(file);
  const written = join(demo.folder, 'athenactl.json');
  demo.athenactl('', 'publications', 'gob', CLOSED_QUARTER, '1', '--out', written);
  assert.ok(readFileSync(file).equals(readFileSync(written)));
  // So is the scorecard as a table, which is computed anew from what was published.
  const table = join(demo.folder, 'browser.csv');
  const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  assert.equal(csv.suggestedFilename(), `gob-strategic-plan-2021-2026-${CLOSED_QUARTER}-en.csv`);
  await csv.saveAs(table);
  const printed = join(demo.folder, 'athenactl.csv');
  demo.athenactl('', 'export-scorecard', 'gob', CLOSED_QUARTER, '--format', 'csv', '--spreadsheet', '--as-of', 'published', '--language', 'en', '--output', printed);
  assert.ok(readFileSync(table).equals(readFileSync(printed)));
  const forged = join(demo.folder, 'forged.json');
  writeFileSync(forged, readFileSync(file, 'utf8').replace('"number":1', '"number":2'));
  await page.goto(`${demo.address}/publications/${IN_PLAN}/${CLOSED_QUARTER}?lang=en`);
  await visit.settled();
  await page.getByText('Public key of the publisher').click();
  await page.getByLabel('Public key (PEM)').fill(demo.publicKey);
  await page.locator('input[type="file"][accept*="json"]').setInputFiles(forged);
  await outcome.getByText('This is not what was published.').waitFor();
  await page.locator('input[type="file"][accept*="json"]').setInputFiles(file);
  await outcome.getByText('It is what was published.').waitFor();
  await visit.clean('publication');
  await visit.close();
});
