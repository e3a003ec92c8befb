import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, spread } from './labels.ts';
import { lastDayOf, periodsBetween, quarterIndex, quarterName, quartersOf } from './periods.ts';
import { axis, linear } from './scale.ts';

test('axes have round numbers that enclose the values', () => {
  assert.deepEqual(axis([6.35, 8.45]), { ticks: [6, 6.5, 7, 7.5, 8, 8.5], decimals: 1 });
  assert.deepEqual(axis([0, 100]).ticks, [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(axis([0.03, 0.17]), { ticks: [0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175], decimals: 3 });
  assert.deepEqual(axis([-3, 12]).ticks, [-5, -2.5, 0, 2.5, 5, 7.5, 10, 12.5]);
  assert.deepEqual(axis([1_200_000, 1_900_000]).ticks[0], 1_200_000);
});

test('one value, none, and equal values have an axis too', () => {
  for (const values of [[], [0], [5, 5], [-2]]) {
    const { ticks } = axis(values);
    assert.ok(ticks.length >= 2 && ticks.length < 14, String(ticks));
    for (const v of values) assert.ok((ticks[0] ?? 0) <= v && (ticks.at(-1) ?? 0) >= v);
  }
});

test('ticks are at most nine and always enclose, over many magnitudes', () => {
  for (let power = -12; power <= 15; power++) {
    for (const [low, high] of [[1, 9.7], [-3.3, 0.1], [99.1, 99.9]] as const) {
      const values = [low * 10 ** power, high * 10 ** power];
      const { ticks } = axis(values);
      assert.ok(ticks.length <= 9, `${values}: ${ticks.length}`);
      assert.ok((ticks[0] ?? 0) <= (values[0] ?? 0) + 1e-9 * 10 ** power, String(values));
      assert.ok((ticks.at(-1) ?? 0) >= (values[1] ?? 0) - 1e-9 * 10 ** power, String(values));
      assert.equal(new Set(ticks).size, ticks.length, `ticks of ${values} are told apart`);
    }
  }
});

test('a scale maps its ends to its ends', () => {
  const y = linear([0, 100], [300, 100]);
  assert.deepEqual([y(0), y(50), y(100)], [300, 200, 100]);
  assert.equal(linear([5, 5], [10, 20])(5), 10);
});

test('labels do not overlap, stay inside and keep their order', () => {
  const wishes = [100, 102, 101, 300, 5, 304].map((at) => ({ at, size: 16 }));
  const places = spread(wishes, 0, 310);
  const sorted = places.map((at, i) => ({ at, wish: wishes[i]?.at ?? 0 })).sort((a, b) => a.at - b.at);
  sorted.slice(1).forEach((p, i) => assert.ok(p.at - (sorted[i]?.at ?? 0) >= 16 - 1e-6));
  assert.deepEqual(sorted.map((p) => p.wish), [5, 100, 101, 102, 300, 304]);
  assert.ok((sorted[0]?.at ?? 0) >= 8 && (sorted.at(-1)?.at ?? 0) <= 302);
});

test('labels with room stand where they wish', () => {
  assert.deepEqual(spread([{ at: 40, size: 10 }, { at: 80, size: 10 }], 0, 100), [40, 80]);
});

test('captions that overlap go into further rows', () => {
  assert.deepEqual(rows([[0, 100], [90, 180], [120, 200]]), [0, 1, 0]);
});

test('periods and their quarters', () => {
  const q = quarterIndex(2021, 3);
  assert.equal(quarterName(q), '2021-Q3');
  assert.deepEqual(quartersOf('2021-Q3'), { first: q, last: q });
  assert.deepEqual(quartersOf('2021-07-15'), { first: q, last: q });
  assert.deepEqual(quartersOf('2021-S2'), { first: q, last: q + 1 });
  assert.deepEqual(quartersOf('2021'), { first: q - 2, last: q + 1 });
  // The Thursday of 2020-W53 is 31 December 2020; that of 2026-W01 is 1 January 2026.
  assert.equal(quartersOf('2020-W53')?.last, quarterIndex(2020, 4));
  assert.equal(quartersOf('2026-W01')?.last, quarterIndex(2026, 1));
  assert.equal(quartersOf('2021-13'), undefined);
  assert.equal(quartersOf('soon'), undefined);
  assert.deepEqual(periodsBetween(q, q + 2, 'semester'), ['2021-S2']);
  assert.deepEqual(periodsBetween(q, q + 2, 'year'), ['2021']);
  assert.deepEqual(lastDayOf(quarterIndex(2024, 1)), { year: 2024, month: 3, day: 31 });
});
