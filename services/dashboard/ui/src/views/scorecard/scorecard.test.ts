import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';

import { ScorecardNodeSchema, ScorecardStatus } from '#gen/athena/reporting/v1/scorecard_pb.js';
import type { ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { actionOf } from './keys.ts';
import { filterOf, flippedRow, foldingOf, foldingQuery } from './state.ts';
import { expandable, looksOpen, openRows, rowsOf, visible } from './tree.ts';
import { blocksOf } from './windowing.ts';

const { GREEN, RED } = ScorecardStatus;
const node = (code: string, status: ScorecardStatus, children: ScorecardNode[] = [], more: object = {}): ScorecardNode =>
  create(ScorecardNodeSchema, { name: code ? `institutions/i/plans/p/elements/e${code.replaceAll('.', '-')}` : 'institutions/i/plans/p', code, title: `Title ${code}`, status, children, ...more });

// plan ─ 1 ─ 1.1 ─ red indicator
//      │   └ 1.2
//      └ 2 ─ 2.1
const plan = node('', GREEN, [
  node('1', GREEN, [
    node('1.1', GREEN, [], { critical: true, ownerUnit: 'institutions/i/units/u', indicators: [{ indicator: 'institutions/i/indicators/absence', title: 'Sickness absence', status: RED, slice: { theme: 'WORK' } }] }),
    node('1.2', GREEN),
  ]),
  node('2', GREEN, [node('2.1', GREEN, [], { title: 'Élan' })]),
]);
const rows = rowsOf(plan);
const facts = { ownerName: () => 'Unit', before: (name: string) => (name.endsWith('e1-2') ? RED : GREEN) };
const none = filterOf({}, () => new Set());
const ids = (query: Record<string, string>) => visible(rows, openRows(rows, foldingOf(query)), filterOf(query, () => new Set(['institutions/i/units/u'])), facts).rows.map((row) => row.id);

test('rows are in order, with their level, their place and their end', () => {
  assert.deepEqual(rows.map(({ id, level, parent, position, siblings, end }) => [id, level, parent, position, siblings, end]), [
    ['plan', 1, -1, 1, 1, 7],
    ['e1', 2, 0, 1, 2, 5],
    ['e1-1', 3, 1, 1, 2, 4],
    ['e1-1/i/absence/theme:WORK', 4, 2, 1, 1, 4],
    ['e1-2', 3, 1, 2, 2, 5],
    ['e2', 2, 0, 2, 2, 7],
    ['e2-1', 3, 5, 1, 1, 7],
  ]);
  assert.deepEqual(rows.map(expandable), [true, true, true, false, false, true, false]);
});

test('by default the axes are open, and what leads to red', () => {
  assert.deepEqual(ids({}), ['plan', 'e1', 'e1-1', 'e1-1/i/absence/theme:WORK', 'e1-2', 'e2', 'e2-1']);
  assert.deepEqual(ids({ open: 'none' }), ['plan', 'e1', 'e2']);
  assert.deepEqual(ids({ open: 'none', flip: 'e2' }), ['plan', 'e1', 'e2', 'e2-1']);
  assert.deepEqual(ids({ open: 'all', flip: 'e1,plan' }), ['plan']);
});

test('filters keep what matches and what leads to it', () => {
  assert.deepEqual(ids({ status: 'r', open: 'none' }), ['plan', 'e1', 'e1-1', 'e1-1/i/absence/theme:WORK']);
  assert.deepEqual(ids({ q: 'elan' }), ['plan', 'e2', 'e2-1'], 'without accents');
  assert.deepEqual(ids({ q: ' WORK ' }), ['plan', 'e1', 'e1-1', 'e1-1/i/absence/theme:WORK'], 'a slice');
  assert.deepEqual(ids({ critical: '1' }), ['plan', 'e1', 'e1-1']);
  assert.deepEqual(ids({ changed: '1' }), ['plan', 'e1', 'e1-2']);
  assert.deepEqual(ids({ unit: 'u' }), ['plan', 'e1', 'e1-1', 'e1-1/i/absence/theme:WORK']);
  assert.deepEqual(ids({ q: 'nothing has this' }), []);
  assert.equal(visible(rows, [], filterOf({ status: 'r' }, () => new Set()), facts).matching, 1);
});

test('folding in the address is what it was', () => {
  const folding = flippedRow(flippedRow(foldingOf({ open: 'all', flip: 'e1' }), 'e2'), 'e1');
  assert.deepEqual(foldingQuery(folding), { open: 'all', flip: 'e2' });
  assert.deepEqual(foldingQuery(foldingOf({ open: 'other' })), { open: '', flip: '' });
});

test('keys walk rows, then cells', () => {
  const shown = visible(rows, openRows(rows, foldingOf({ open: 'none', flip: 'e1' })), none, facts).rows; // plan e1 e1-1 e1-2 e2
  const grid = { rows: shown, isOpen: (index: number) => { const row = shown[index]; return row !== undefined && looksOpen(row, shown, index); }, cells: 8 };
  const press = (key: string, index: number, cell = -1) => {
    const action = actionOf(key, { index, cell }, grid);
    return action?.kind === 'move' ? [action.to.index, action.to.cell] : action ? [action.kind, action.row.id] : undefined;
  };
  assert.deepEqual(press('ArrowDown', 0), [1, -1]);
  assert.deepEqual(press('ArrowDown', 4), [4, -1]);
  assert.deepEqual(press('ArrowUp', 0), [0, -1]);
  assert.deepEqual(press('ArrowRight', 2), ['toggle', 'e1-1'], 'opens');
  assert.deepEqual(press('ArrowRight', 1), [1, 0], 'is open: enters the cells');
  assert.deepEqual(press('ArrowRight', 1, 7), [1, 7]);
  assert.deepEqual(press('ArrowLeft', 1, 0), [1, -1], 'back to the row');
  assert.deepEqual(press('ArrowLeft', 1), ['toggle', 'e1'], 'closes');
  assert.deepEqual(press('ArrowLeft', 3), [1, -1], 'the row above');
  assert.deepEqual([press('Home', 3), press('End', 0), press('Home', 3, 5), press('End', 3, 0)], [[0, -1], [4, -1], [3, 0], [3, 7]]);
  assert.deepEqual([press('Enter', 3), press('?', 3), press(' ', 3), press('a', 3)], [['open-page', 'e1-2'], ['why', 'e1-2'], undefined, undefined]);
});

test('a tree is drawn in blocks that have every row once', () => {
  assert.deepEqual(blocksOf(0), []);
  assert.deepEqual(blocksOf(41), [{ first: 0, count: 40 }, { first: 40, count: 1 }]);
  const blocks = blocksOf(10_001);
  assert.equal(blocks.reduce((sum, block) => sum + block.count, 0), 10_001);
  blocks.forEach((block, at) => assert.equal(block.first, at * 40));
});

test('a deep plan needs no recursion', () => {
  let deep = node('9', GREEN);
  for (let level = 0; level < 20_000; ++level) deep = node('9', GREEN, [deep]);
  assert.equal(rowsOf(deep).length, 20_001);
});
