// Values of a breakdown side by side, each with its earlier value and the target of the whole.
import { axis, linear, round } from './geometry/scale.ts';
import { textWidth } from './geometry/labels.ts';

export interface DotRow {
  name: string;
  value?: number;
  /** The value as people read it, or why there is none. */
  text: string;
  earlier?: number;
}

export interface DotLayout {
  width: number;
  height: number;
  left: number;
  right: number;
  bottom: number;
  ticks: { x: number; text: string }[];
  targets: number[];
  rows: { y: number; name: string; text: string; x?: number; earlierX?: number }[];
}

const ROW = 31;
// How much wider than usual a font may be, of those that systems have.
const WIDEST = 1.12;

export function dotLayout(
  rows: readonly DotRow[],
  targets: readonly number[],
  width: number,
  format: (value: number, decimals: number) => string,
): DotLayout {
  const numbers = rows.flatMap((r) => [r.value, r.earlier]).filter((v) => v !== undefined);
  const scale = axis([...numbers, ...targets], 5);
  const nameRoom = Math.min(width * 0.42, Math.max(60, ...rows.map((r) => textWidth(r.name) * WIDEST + 14)));
  const textRoom = Math.max(40, ...rows.map((r) => textWidth(r.text) + 18));
  const left = Math.round(nameRoom);
  const right = Math.round(Math.max(left + 120, width - textRoom));
  const x = linear([scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 1], [left + 6, right - 6]);
  const bottom = rows.length * ROW + 8;
  return {
    width: Math.max(width, right + textRoom),
    height: bottom + 26,
    left,
    right,
    bottom,
    ticks: scale.ticks.map((tick) => ({ x: round(x(tick)), text: format(tick, scale.decimals) })),
    targets: targets.map((t) => round(x(t))),
    rows: rows.map((row, i) => ({
      y: 18 + i * ROW,
      name: shorten(row.name, (nameRoom - 12) / WIDEST),
      text: row.text,
      ...(row.value === undefined ? {} : { x: round(x(row.value)) }),
      ...(row.earlier === undefined ? {} : { earlierX: round(x(row.earlier)) }),
    })),
  };
}

/** A text that fits; what is cut ends in an ellipsis. The table beside the chart has all of it. */
export function shorten(text: string, pixels: number): string {
  if (textWidth(text) <= pixels) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`) > pixels) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}
