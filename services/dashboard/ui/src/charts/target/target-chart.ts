// The chart of an indicator: its values against the trajectory of the target and the red flag.
// Computes where everything stands; TargetChart.svelte draws it.
import { spread, rows, textWidth } from '../geometry/labels.ts';
import { quarterName } from '../geometry/periods.ts';
import { area, axis, linear, path, round, type Scale } from '../geometry/scale.ts';

export type Tone = 'g' | 'a' | 'r' | 'n';

/** A value, at the quarter in which its period ends. */
export interface ChartValue {
  at: number;
  value: number;
  /** The value as people read it. */
  text: string;
  tone: Tone;
  /** Part of its period is not over or not due. */
  provisional: boolean;
}

/** The numbers that a value at a quarter is compared with. */
export interface ChartThreshold {
  at: number;
  target?: number;
  red?: number;
  low?: number;
  high?: number;
  redLow?: number;
  redHigh?: number;
}

/** A value that was corrected after its quarter was closed. */
export interface ChartCorrection {
  at: number;
  before: number;
  after: number;
  title: string;
  note: string;
}

export interface ChartInput {
  direction: 'higher' | 'lower' | 'range';
  /** The first and the last quarter of the axis. */
  first: number;
  last: number;
  values: readonly ChartValue[];
  forecasts: readonly { at: number; value: number }[];
  thresholds: readonly ChartThreshold[];
  original: readonly ChartThreshold[];
  corrections: readonly ChartCorrection[];
  /** After this quarter there is nothing but targets and forecasts. */
  now?: number;
  words: {
    redFlag: string;
    target: string;
    original: string;
    better: string;
    forecast: string;
    format: (value: number, decimals?: number) => string;
  };
}

export interface ChartLabel {
  x: number;
  y: number;
  text: string;
  kind: 'target' | 'red' | 'original' | 'value';
  tone: Tone;
  anchor: 'start' | 'middle' | 'end';
}

export interface ChartMark {
  x: number;
  y: number;
  tone: Tone;
  hollow: boolean;
}

export interface ChartLayout {
  width: number;
  height: number;
  plot: { left: number; right: number; top: number; bottom: number };
  grid: { y: number; text: string }[];
  quarters: { x: number; text: string }[];
  years: { x: number; text: string; edge: number }[];
  redAreas: string[];
  amberAreas: string[];
  targetLines: string[];
  originalLines: string[];
  redLines: string[];
  valueLines: { d: string; provisional: boolean }[];
  forecastLine: string;
  marks: ChartMark[];
  diamonds: { x: number; y: number }[];
  corrections: {
    x: number;
    before: number;
    after: number;
    top: number;
    title: string;
    note: string;
    textX: number;
    textY: number;
    anchor: 'start' | 'middle' | 'end';
  }[];
  now?: number;
  labels: ChartLabel[];
  notes: { x: number; y: number; text: string }[];
}

const LINE = 17;
const CAPTION = 2 * LINE + 8;

export function layout(input: ChartInput, width: number): ChartLayout {
  const { words } = input;
  const y0 = axis(numbersOf(input));
  const tickTexts = y0.ticks.map((tick) => words.format(tick, y0.decimals));
  const left = Math.max(34, ...tickTexts.map((text) => textWidth(text) + 12));
  const ends = endTexts(input);
  const right = width - Math.max(24, ...ends.map(({ text }) => textWidth(text) * 1.06 + 18));

  const slot = (right - left) / (input.last - input.first + 1);
  const xOf: Scale = (quarter) => left + (quarter - input.first + 0.5) * slot;

  // Captions of corrections stand above the plot, beside or over each other.
  const captionSpans = input.corrections.map((c): [number, number] => {
    const half = Math.max(textWidth(c.title) * 1.06, textWidth(c.note)) / 2;
    const middle = Math.max(half, Math.min(width - half, xOf(c.at)));
    return [middle - half, middle + half];
  });
  const captionRows = rows(captionSpans);
  const rowCount = captionRows.length === 0 ? 0 : Math.max(...captionRows) + 1;
  const top = 14 + rowCount * CAPTION;
  const bottom = top + Math.round(Math.max(210, Math.min(340, (right - left) * 0.52)));
  const yOf = linear([y0.ticks[0] ?? 0, y0.ticks.at(-1) ?? 1], [bottom, top]);
  const point = (at: number, value: number): [number, number] => [xOf(at), yOf(value)];

  const thresholds = [...input.thresholds].sort((a, b) => a.at - b.at);
  const edges = (list: readonly ChartThreshold[], of: (t: ChartThreshold) => number | undefined) =>
    runs(list, of).map((run): [number, number][] => {
      const points = run.map(([at, value]) => point(at, value));
      const end = points.at(-1);
      // The last quarter is drawn to its end.
      if (end !== undefined && run.at(-1)?.[0] === input.last) points.push([right, end[1]]);
      return points;
    });
  const bands = bandsOf(input.direction, edges, thresholds, top, bottom);

  const values = [...input.values].sort((a, b) => a.at - b.at);
  const valueLines: ChartLayout['valueLines'] = [];
  let solid: [number, number][] = [];
  values.forEach((value, i) => {
    const before = values[i - 1];
    const here = point(value.at, value.value);
    if (before !== undefined && (value.provisional || before.provisional)) {
      if (solid.length > 1) valueLines.push({ d: path(solid), provisional: false });
      valueLines.push({ d: path([point(before.at, before.value), here]), provisional: true });
      solid = [here];
    } else {
      solid.push(here);
    }
  });
  if (solid.length > 1) valueLines.push({ d: path(solid), provisional: false });

  const lastValue = values.at(-1);
  const forecasts = [...input.forecasts].sort((a, b) => a.at - b.at);
  const forecastPoints = forecasts.map((f) => point(f.at, f.value));
  if (lastValue !== undefined && forecastPoints.length > 0) {
    forecastPoints.unshift(point(lastValue.at, lastValue.value));
  }

  const endPlaces = spread(
    ends.map((end) => ({ at: yOf(end.value), size: LINE })),
    top - 4,
    bottom + 4,
  );
  const labels = ends.map((end, i): ChartLabel => ({
    x: round(right + 8),
    y: round((endPlaces[i] ?? 0) + 4.5),
    text: end.text,
    kind: end.kind,
    tone: end.tone,
    anchor: 'start',
  }));
  if (lastValue !== undefined) labels.push(valueLabel(lastValue, values, input, xOf, yOf, top));

  const quarterStep = slot >= 11 ? 1 : 0;
  const quarters: ChartLayout['quarters'] = [];
  const years: ChartLayout['years'] = [];
  for (let q = input.first; q <= input.last; q++) {
    if (quarterStep > 0) quarters.push({ x: round(xOf(q)), text: String((q % 4) + 1) });
    if (q % 4 === 0 || q === input.first) {
      const year = Math.floor(q / 4);
      const until = Math.min(input.last, year * 4 + 3);
      const edge = xOf(q) - slot / 2;
      const room = (until - q + 1) * slot;
      const text = room >= 34 ? String(year) : room >= 20 ? `’${String(year).slice(2)}` : '';
      years.push({ x: round(edge + room / 2), text, edge: round(edge) });
    }
  }

  const nowX = input.now === undefined || input.now >= input.last ? undefined : xOf(input.now) + slot / 2;
  const notes = [{ x: round(left + 6), y: round(bottom - 8), text: words.better }];
  if (nowX !== undefined && forecasts.length > 0) {
    notes.push({ x: round(nowX + 6), y: round(bottom - 8), text: words.forecast });
  }

  return {
    width,
    height: Math.round(bottom + (quarterStep > 0 ? 46 : 28)),
    plot: { left: round(left), right: round(right), top: round(top), bottom: round(bottom) },
    grid: y0.ticks.map((tick, i) => ({ y: round(yOf(tick)), text: tickTexts[i] ?? '' })),
    quarters,
    years,
    ...bands,
    targetLines: [
      ...edges(thresholds, (t) => t.target),
      ...edges(thresholds, (t) => t.low),
      ...edges(thresholds, (t) => t.high),
    ].map(path),
    redLines: [
      ...edges(thresholds, (t) => t.red),
      ...edges(thresholds, (t) => t.redLow),
      ...edges(thresholds, (t) => t.redHigh),
    ].map(path),
    originalLines: [
      ...edges(input.original, (t) => t.target),
      ...edges(input.original, (t) => t.low),
      ...edges(input.original, (t) => t.high),
    ].map(path),
    valueLines,
    forecastLine: path(forecastPoints),
    marks: values.map((v) => {
      const [x, y] = point(v.at, v.value);
      return { x: round(x), y: round(y), tone: v.tone, hollow: v.provisional };
    }),
    diamonds: forecasts.map((f) => ({ x: round(xOf(f.at)), y: round(yOf(f.value)) })),
    corrections: input.corrections.map((c, i) => {
      const [from, to] = captionSpans[i] ?? [0, 0];
      const row = rowCount - 1 - (captionRows[i] ?? 0);
      return {
        x: round(xOf(c.at)),
        before: round(yOf(c.before)),
        after: round(yOf(c.after)),
        top: round(6 + row * CAPTION + 2 * LINE),
        title: c.title,
        note: c.note,
        textX: round((from + to) / 2),
        textY: 14 + row * CAPTION,
        anchor: 'middle',
      };
    }),
    ...(nowX === undefined ? {} : { now: round(nowX) }),
    labels,
    notes,
  };
}

function numbersOf(input: ChartInput): number[] {
  const all = [...input.thresholds, ...input.original].flatMap((t) => [
    t.target,
    t.red,
    t.low,
    t.high,
    t.redLow,
    t.redHigh,
  ]);
  return [
    ...all.filter((n) => n !== undefined),
    ...input.values.map((v) => v.value),
    ...input.forecasts.map((f) => f.value),
    ...input.corrections.flatMap((c) => [c.before, c.after]),
  ];
}

/** Unbroken pieces of a threshold's line: a quarter without it interrupts the line. */
function runs(
  list: readonly ChartThreshold[],
  of: (t: ChartThreshold) => number | undefined,
): [number, number][][] {
  const pieces: [number, number][][] = [];
  let piece: [number, number][] = [];
  for (const threshold of list) {
    const value = of(threshold);
    if (value === undefined) {
      if (piece.length > 0) pieces.push(piece);
      piece = [];
    } else {
      piece.push([threshold.at, value]);
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

type Edges = (
  list: readonly ChartThreshold[],
  of: (t: ChartThreshold) => number | undefined,
) => [number, number][][];

function bandsOf(
  direction: ChartInput['direction'],
  edges: Edges,
  thresholds: readonly ChartThreshold[],
  top: number,
  bottom: number,
): { redAreas: string[]; amberAreas: string[] } {
  const flat = (line: readonly [number, number][], y: number): [number, number][] =>
    line.map(([x]) => [x, y]);
  if (direction === 'range') {
    // Only quarters with both bounds of a side make an area.
    const low = edges(thresholds, (t) => (t.redLow === undefined ? undefined : t.low));
    const redLow = edges(thresholds, (t) => (t.low === undefined ? undefined : t.redLow));
    const high = edges(thresholds, (t) => (t.redHigh === undefined ? undefined : t.high));
    const redHigh = edges(thresholds, (t) => (t.high === undefined ? undefined : t.redHigh));
    return {
      redAreas: [
        ...redLow.map((line) => area(line, flat(line, bottom))),
        ...redHigh.map((line) => area(flat(line, top), line)),
      ],
      amberAreas: [
        ...low.map((line, i) => area(line, redLow[i] ?? [])),
        ...high.map((line, i) => area(redHigh[i] ?? [], line)),
      ],
    };
  }
  const worse = direction === 'lower' ? top : bottom;
  const red = edges(thresholds, (t) => t.red);
  const target = edges(thresholds, (t) => (t.red === undefined ? undefined : t.target));
  return {
    redAreas: red.map((line) => area(flat(line, worse), line)),
    amberAreas: red.map((line, i) => area(line, target[i] ?? [])),
  };
}

/** The labels at the ends of the lines; where two say the same, one is enough. */
function endTexts(input: ChartInput): { value: number; text: string; kind: ChartLabel['kind']; tone: Tone }[] {
  const { words } = input;
  const last = (list: readonly ChartThreshold[], of: (t: ChartThreshold) => number | undefined) =>
    [...list]
      .sort((a, b) => a.at - b.at)
      .map(of)
      .filter((v) => v !== undefined)
      .at(-1);
  const found: { value: number; text: string; kind: ChartLabel['kind']; tone: Tone }[] = [];
  const add = (value: number | undefined, word: string, kind: ChartLabel['kind'], tone: Tone) => {
    if (value !== undefined) found.push({ value, text: `${word} ${words.format(value)}`, kind, tone });
  };
  const { thresholds, original } = input;
  for (const of of [
    (t: ChartThreshold) => t.red,
    (t: ChartThreshold) => t.redHigh,
    (t: ChartThreshold) => t.redLow,
  ]) {
    add(last(thresholds, of), words.redFlag, 'red', 'r');
  }
  for (const of of [
    (t: ChartThreshold) => t.target,
    (t: ChartThreshold) => t.high,
    (t: ChartThreshold) => t.low,
  ]) {
    const current = last(thresholds, of);
    add(current, words.target, 'target', 'g');
    add(last(original, of), words.original, 'original', 'n');
  }
  return found;
}

/** The last value, on the side of its mark that is free of lines. */
function valueLabel(
  value: ChartValue,
  values: readonly ChartValue[],
  input: ChartInput,
  xOf: Scale,
  yOf: Scale,
  top: number,
): ChartLabel {
  const x = xOf(value.at);
  const y = yOf(value.value);
  const near = [...input.thresholds, ...input.original]
    .filter((t) => Math.abs(t.at - value.at) < 0.5)
    .flatMap((t) => [t.target, t.red, t.low, t.high, t.redLow, t.redHigh])
    .filter((v) => v !== undefined)
    .map(yOf);
  const before = values.at(-2);
  if (before !== undefined) near.push((yOf(before.value) + y) / 2);
  const after = input.forecasts.find((f) => f.at === value.at + 1);
  if (after !== undefined) near.push((yOf(after.value) + y) / 2);
  const free = (place: number) => Math.min(40, ...near.map((line) => Math.abs(line - place)));
  const above = y - 18;
  const below = y + 20;
  const up = above - 6 > top && free(above) >= free(below);
  return {
    x: round(x),
    y: round(up ? y - 12 : y + 24),
    text: value.text,
    kind: 'value',
    tone: value.tone,
    anchor: 'middle',
  };
}

/** What a screen reader is told of the chart, beside the table: from when to when. */
export function spanOf(input: Pick<ChartInput, 'first' | 'last'>): [string, string] {
  return [quarterName(input.first), quarterName(input.last)];
}
