// The picture of the board table with which README.md opens. With ATHENA_PICTURE=write it is taken anew.
import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT } from '../gateway/running.ts';
import { Demo, IN_PLAN, QUARTER } from './demo.ts';
import { launch, Visit } from './pages.ts';

const FILE = 'services/dashboard/board.webp';
const MOST_BYTES = 150_000;
const SIZE = { width: 1280, height: 960 };

// Width and height of an extended WebP: 24 bits each, less one.
function sizeOf(webp: Buffer): { width: number; height: number } {
  assert.equal(webp.toString('latin1', 8, 16), 'WEBPVP8X');
  return { width: webp.readUIntLE(24, 3) + 1, height: webp.readUIntLE(27, 3) + 1 };
}

test('the picture of README.md can be taken, and is the one that README.md shows', { timeout: 900_000 }, async () => {
  const demo = await Demo.start();
  const browser = await launch();
  try {
    const visit = await Visit.open(browser, `${demo.address}/board/${IN_PLAN}/${QUARTER}?lang=en&theme=light`, SIZE);
    const session = await visit.page.context().newCDPSession(visit.page);
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80 });
    const picture = Buffer.from(data, 'base64');
    if (process.env['ATHENA_PICTURE'] === 'write') writeFileSync(join(ROOT, FILE), picture);
    assert.deepEqual(sizeOf(picture), SIZE);
    assert.ok(picture.length < MOST_BYTES, `${picture.length} bytes`);
    const shown = readFileSync(join(ROOT, FILE));
    assert.deepEqual(sizeOf(shown), SIZE);
    assert.ok(shown.length < MOST_BYTES, `${shown.length} bytes`);
    assert.ok(readFileSync(join(ROOT, 'README.md'), 'utf8').slice(0, 2_000).includes(`](${FILE})`), `README.md opens with ${FILE}`);
  } finally {
    await browser.close();
    await demo.stop();
  }
});
