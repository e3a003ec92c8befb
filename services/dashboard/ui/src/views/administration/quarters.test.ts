import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { closable } from './quarters.ts';

test('quarters that are over can be closed, and those that were closed reopened', () => {
  const plan = ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'];
  assert.deepEqual(closable(plan, [], '2026-07-01'), ['2026-Q2', '2026-Q1', '2025-Q4']);
  assert.deepEqual(closable(plan, [], '2026-06-30'), ['2026-Q1', '2025-Q4']);
  assert.deepEqual(closable(plan, ['2026-Q3'], '2026-04-01'), ['2026-Q3', '2026-Q1', '2025-Q4']);
  assert.deepEqual(closable(plan, [], '2020-01-01'), []);
  assert.deepEqual(closable([], [], '2026-07-01'), []);
});
