// Scales of charts: from values to pixels, and the round numbers that axes show.

/** A straight line from one interval to another. */
export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0];
  const factor = span === 0 ? 0 : (to[1] - to[0]) / span;
  return (value) => to[0] + (value - from[0]) * factor;
}

/** Round numbers of equal distance (1, 2, 2.5 or 5 times a power of ten) that enclose all values. */
export interface Axis {
  ticks: number[];
  /** How many decimals tell the ticks apart. */
  decimals: number;
}

export function axis(values: readonly number[], wanted = 6): Axis {
  const finite = values.filter((v) => Number.isFinite(v));
  let low = finite.length > 0 ? Math.min(...finite) : 0;
  let high = finite.length > 0 ? Math.max(...finite) : 1;
  if (low === high) {
    // One value alone stands in the middle of the axis.
    const room = low === 0 ? 1 : Math.abs(low) / 10;
    low -= room;
    high += room;
  }
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((s) => s * power >= raw * 0.999) ?? 10) * power;
  // Of 2.5 one decimal more is needed than its power of ten says.
  const exponent = -Math.floor(Math.log10(step) + 1e-9);
  const base = Math.max(0, exponent);
  const decimals = isWhole(step * 10 ** base) ? base : base + 1;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toFixed(decimals)));
  return { ticks, decimals };
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 1e-6;
}

/** The path through points, with one decimal of a pixel. */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

/** The closed area between two lines that run the same way. */
export function area(
  upper: readonly (readonly [number, number])[],
  lower: readonly (readonly [number, number])[],
): string {
  return upper.length === 0 ? '' : `${path([...upper, ...[...lower].reverse()])}Z`;
}

export function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
