import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { cssString } from './print_footer.ts';

test('a text in a style sheet stays a text', () => {
  assert.equal(cssString('Plan 2021-2026 · Q3'), '"Plan 2021-2026 · Q3"');
  assert.equal(cssString('a"b\\c\n}'), '"a\\22 b\\5c c\\a \\7d "');
});
