import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quarterIndex } from '../geometry/periods.ts';
import { layout, type ChartInput, type ChartThreshold } from './target-chart.ts';
import { keysOf } from './keys.ts';

const q = (year: number, quarter: number) => quarterIndex(year, quarter);
const words: ChartInput['words'] = {
  redFlag: 'Red flag',
  target: 'Target',
  original: 'Original',
  better: '↓ lower is better',
  forecast: 'forecast →',
  format: (value, decimals) => value.toFixed(decimals ?? 2),
};
const line = (from: number, to: number, of: (i: number) => Omit<ChartThreshold, 'at'>): ChartThreshold[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ at: from + i, ...of(i) }));

const sickness: ChartInput = {
  direction: 'lower',
  first: q(2020, 1),
  last: q(2024, 4),
  values: [
    { at: q(2022, 3), value: 7.05, text: '7.05', tone: 'g', provisional: false },
    { at: q(2022, 1), value: 8.31, text: '8.31', tone: 'r', provisional: false },
    { at: q(2022, 2), value: 7.61, text: '7.61', tone: 'a', provisional: false },
    { at: q(2022, 4), value: 7.82, text: '7.82', tone: 'a', provisional: true },
  ],
  forecasts: [{ at: q(2023, 1), value: 8.05 }],
  thresholds: line(q(2021, 1), q(2024, 4), (i) => ({ target: 7.475 - i * 0.03, red: 8.45 - i * 0.05 })),
  original: line(q(2021, 1), q(2024, 4), (i) => ({ target: 7.475 - i * 0.05 })),
  corrections: [{ at: q(2022, 1), before: 8.17, after: 8.31, title: 'Corrected 6 Feb 2023: 8.17 → 8.31', note: 'late' }],
  now: q(2022, 4),
  words,
};

test('lower is better: the red area lies above, a higher value higher up', () => {
  const chart = layout(sickness, 800);
  const [redTop] = /M[\d.]+ ([\d.]+)/.exec(chart.redAreas[0] ?? '')?.slice(1).map(Number) ?? [];
  assert.equal(redTop, chart.plot.top);
  const [first, second] = chart.marks;
  assert.ok(first && second && first.tone === 'r' && first.y < second.y && first.x < second.x);
});

test('a provisional value is hollow, and the line to it dashed', () => {
  const chart = layout(sickness, 800);
  assert.deepEqual(chart.marks.map((m) => m.hollow), [false, false, false, true]);
  assert.deepEqual(chart.valueLines.map((l) => l.provisional), [false, true]);
});

test('nothing leaves the chart, and labels do not overlap, at any width', () => {
  for (const width of [560, 700, 800, 1100, 1500]) {
    const chart = layout(sickness, width);
    for (const mark of [...chart.marks, ...chart.diamonds]) {
      assert.ok(mark.x >= chart.plot.left && mark.x <= chart.plot.right);
      assert.ok(mark.y >= chart.plot.top && mark.y <= chart.plot.bottom);
    }
    const ends = chart.labels.filter((l) => l.anchor === 'start').sort((a, b) => a.y - b.y);
    assert.equal(ends.length, 3);
    ends.slice(1).forEach((l, i) => assert.ok(l.y - (ends[i]?.y ?? 0) >= 16, `${width}`));
    assert.ok(chart.corrections[0] && chart.corrections[0].top < chart.plot.top);
  }
});

test('two corrections in neighbouring quarters have captions in two rows', () => {
  const [one] = sickness.corrections;
  assert.ok(one);
  const chart = layout({ ...sickness, corrections: [one, { ...one, at: one.at + 1 }] }, 800);
  assert.notEqual(chart.corrections[0]?.textY, chart.corrections[1]?.textY);
});

test('a range has two bands; a quarter without target interrupts them', () => {
  const thresholds = line(q(2021, 1), q(2022, 4), (i) =>
    i === 3 ? {} : { low: 90, high: 110, redLow: 80, redHigh: 120 },
  );
  const chart = layout({ ...sickness, direction: 'range', thresholds, original: [], corrections: [] }, 800);
  assert.equal(chart.redAreas.length, 4);
  assert.equal(chart.amberAreas.length, 4);
  assert.equal(chart.targetLines.length, 4);
});

test('no value, no target: an empty chart with an axis', () => {
  const empty = { ...sickness, values: [], forecasts: [], thresholds: [], original: [], corrections: [] };
  const chart = layout(empty, 800);
  assert.equal(chart.marks.length + chart.labels.length, 0);
  assert.ok(chart.grid.length >= 2);
  assert.deepEqual(keysOf(empty), []);
});

test('the legend names what the chart has', () => {
  assert.deepEqual(keysOf(sickness), ['value', 'provisional', 'forecast', 'target', 'original', 'red', 'correction']);
});
