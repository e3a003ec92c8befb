import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { matrixPlaces } from './matrix.ts';

test('numbers of one cell stand side by side, within it', () => {
  const places = matrixPlaces([{ likelihood: 4, impact: 4 }, { likelihood: 4, impact: 4 }, { likelihood: 1, impact: 5 }]);
  assert.deepEqual(places.map(({ number, x, y }) => [number, x.toFixed(2), y.toFixed(2)]), [[1, '3.26', '1.50'], [2, '3.74', '1.50'], [3, '4.50', '4.50']]);
  for (const { x, y } of matrixPlaces(Array.from({ length: 7 }, () => ({ likelihood: 2, impact: 3 })))) assert.ok(x > 2 && x < 3 && y > 3 && y < 4);
});
