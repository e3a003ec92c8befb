// What the board page loads, in bytes as they travel. Whoever opens it from a train waits for them.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { linkHeader, manifestIn } from '../../gateway/http/preloads.ts';
import { DASHBOARD } from './running.ts';

const APP = join(DASHBOARD, 'ui');
const MOST_SCRIPTS = 80_000;
const MOST_STYLES = 7_000;

for (const language of ['nl', 'fr', 'en']) {
  test(`the board page in ${language}: scripts of at most ${MOST_SCRIPTS} bytes in gzip, styles of ${MOST_STYLES}`, () => {
    const announced = linkHeader(manifestIn(APP), `/board/gob/plan/2026-Q3?lang=${language}`) ?? '';
    const page = readFileSync(join(APP, 'index.html'), 'utf8');
    const files = [...new Set([...`${announced} ${page}`.matchAll(/\/(assets\/[\w.-]+\.(?:js|css))/g)].map(([, file]) => file ?? ''))];
    const sizes = files.map((file) => ({ file, bytes: statSync(join(APP, `${file}.gz`)).size }));
    const told = sizes.map(({ file, bytes }) => `${file} ${bytes}`).join(', ');
    const sum = (ending: string): number => sizes.filter(({ file }) => file.endsWith(ending)).reduce((all, { bytes }) => all + bytes, 0);
    assert.ok(sum('.js') > 10_000 && sum('.js') <= MOST_SCRIPTS, `scripts ${sum('.js')}: ${told}`);
    assert.ok(sum('.css') > 1_000 && sum('.css') <= MOST_STYLES, `styles ${sum('.css')}: ${told}`);
  });
}
