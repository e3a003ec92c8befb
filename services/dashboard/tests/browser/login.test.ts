// Signing in and out on the page, in Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';

import { type SigningIn, startSigningIn } from '../gateway/signing_in.ts';
import { launch } from './pages.ts';

let signing: SigningIn;
let browser: Browser;
before(async () => {
  signing = await startSigningIn();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await signing.stop();
});

test('who logs in comes back to the page, is named there, and logs out again', async () => {
  const page = await browser.newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const path = '/board/gob/plan/2026-Q3?lang=en';
  await page.goto(signing.url + path);
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click();
  const out = page.getByRole('button', { name: 'Log out' });
  await out.waitFor();
  assert.equal(page.url(), signing.url + path);
  // The name is text, whatever is in it.
  assert.match(await page.getByRole('banner').innerText(), /Anna <b>Peeters<\/b>/);
  assert.equal(await page.evaluate(() => document.cookie), '');
  await out.click();
  // The provider asks, which has a page of its own.
  await page.waitForURL((url) => url.href.startsWith(signing.issuer));
  await page.goto(signing.url + path);
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor();
  assert.deepEqual(dialogs, []);
});
