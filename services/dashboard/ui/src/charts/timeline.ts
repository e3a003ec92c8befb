// Milestones on a time axis: due, done, the delay between, missed.
import { dayNumber } from './geometry/periods.ts';
import { linear, round } from './geometry/scale.ts';
import { textWidth } from './geometry/labels.ts';
import { shorten } from './dot-plot.ts';

export interface Day {
  year: number;
  month: number;
  day: number;
}

export interface TimelineRow {
  name: string;
  state: 'open' | 'done' | 'missed' | 'withdrawn';
  due: Day;
  /** The day by which it was due when the plan was activated, where it was another. */
  dueBefore?: Day;
  done?: Day;
  text: string;
}

export interface TimelineLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  years: { x: number; text: string }[];
  now: number;
  rows: {
    y: number;
    name: string;
    state: TimelineRow['state'];
    due: number;
    before?: number;
    done?: number;
    text: string;
    textX: number;
    anchor: 'start' | 'end';
  }[];
}

const ROW = 31;
const HEAD = 26;

/** `today`: the day up to which milestones are judged. */
export function timelineLayout(rows: readonly TimelineRow[], today: Day, width: number): TimelineLayout {
  const days = rows.flatMap((r) => [r.due, r.dueBefore, r.done]).filter((d) => d !== undefined);
  const firstYear = Math.min(today.year, ...days.map((d) => d.year));
  const lastYear = Math.max(today.year, ...days.map((d) => d.year));
  const left = Math.round(Math.min(width * 0.4, Math.max(80, ...rows.map((r) => textWidth(r.name, 14) + 16))));
  const right = width - 8;
  const x = linear(
    [dayNumber({ year: firstYear, month: 1, day: 1 }), dayNumber({ year: lastYear + 1, month: 1, day: 1 })],
    [left, right],
  );
  const at = (day: Day) => round(x(dayNumber(day)));
  const years = [];
  const yearWidth = (right - left) / (lastYear - firstYear + 1);
  for (let year = firstYear; year <= lastYear; year++) {
    const text = yearWidth >= 40 ? String(year) : `’${String(year).slice(2)}`;
    years.push({ x: at({ year, month: 1, day: 1 }), text });
  }
  return {
    width,
    height: HEAD + rows.length * ROW + 8,
    left,
    right,
    years,
    now: at(today),
    rows: rows.map((row, i) => {
      const due = at(row.due);
      const done = row.done === undefined ? undefined : at(row.done);
      const before = row.dueBefore === undefined ? undefined : at(row.dueBefore);
      const marks = [due, done, before, ...(row.state === 'missed' ? [at(today)] : [])].filter((m) => m !== undefined);
      const end = Math.max(...marks) + 14;
      const room = textWidth(row.text, 14);
      // The text stands behind the marks, or before them where it would leave the chart.
      const behind = end + room <= right;
      return {
        y: HEAD + 16 + i * ROW,
        name: shorten(row.name, (left - 12) * 0.93),
        state: row.state,
        due,
        ...(before === undefined ? {} : { before }),
        ...(done === undefined ? {} : { done }),
        text: row.text,
        textX: behind ? end : Math.min(...marks) - 14,
        anchor: behind ? 'start' : 'end',
      };
    }),
  };
}
