// What the board page loads, in bytes as they travel. Whoever opens it from a train waits for them.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { linkHeader, manifestIn } from '../../gateway/http/preloads.ts';
import { DASHBOARD } from './running.ts';

const APP = join(DASHBOARD, 'ui');
const MOST_BYTES = 80_000;

for (const language of ['nl', 'fr', 'en']) {
  test(`scripts and styles of the board page in ${language} take at most ${MOST_BYTES} bytes in gzip`, () => {
    const announced = linkHeader(manifestIn(APP), `/board/gob/plan/2026-Q3?lang=${language}`) ?? '';
    const files = [...announced.matchAll(/<\/(assets\/[\w.-]+)>/g)].map(([, file]) => file ?? '');
    assert.ok(files.length > 3 && files.every((file) => /\.(js|css)$/.test(file)), announced);
    const sizes = files.map((file) => ({ file, bytes: statSync(join(APP, `${file}.gz`)).size }));
    const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(all <= MOST_BYTES, `${all} bytes: ${sizes.map(({ file, bytes }) => `${file} ${bytes}`).join(', ')}`);
  });
}
