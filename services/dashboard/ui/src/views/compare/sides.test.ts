import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFrom, parseFrom } from './sides.ts';

test('what an address says is what it is compared with', () => {
  for (const text of ['closing', '2025-Q3', 'publication-3', '2026-11-01', '2026-11-01T10:00:00Z']) {
    assert.equal(formatFrom(parseFrom(text, '2026-Q3')), text);
  }
});

test('nothing, nonsense and the quarter itself: the quarter before', () => {
  for (const text of [undefined, '', 'x', '2026-Q3', 'publication-x', 'now']) {
    assert.deepEqual(parseFrom(text, '2026-Q3'), { kind: 'quarter', quarter: '2026-Q2' });
  }
  assert.deepEqual(parseFrom(undefined, '2026-Q1'), { kind: 'quarter', quarter: '2025-Q4' });
});
