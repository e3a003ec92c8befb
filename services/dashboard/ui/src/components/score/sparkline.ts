// The geometry of small lines.

export interface Point {
  x: number;
  y: number;
}

export const width = 96;
export const height = 24;
const edge = 3;

// Places values, the earliest first, on a scale from low to high; undefined values leave a gap.
export function place(values: readonly (number | undefined)[], low: number, high: number): (Point | undefined)[] {
  const span = high > low ? high - low : 1;
  const step = values.length > 1 ? (width - 2 * edge) / (values.length - 1) : 0;
  return values.map((value, at) =>
    value === undefined ? undefined : { x: edge + at * step, y: height - edge - ((Math.min(Math.max(value, low), high) - low) / span) * (height - 2 * edge) },
  );
}

const round = (value: number) => Math.round(value * 100) / 100;

// The path through the points: it breaks where one is missing. A point between two gaps is a dot.
export function path(points: readonly (Point | undefined)[]): string {
  let text = '';
  points.forEach((point, at) => {
    if (!point) return;
    const before = at > 0 ? points[at - 1] : undefined;
    const after = points[at + 1];
    if (!before) text += `M${round(point.x)} ${round(point.y)}`;
    else text += `L${round(point.x)} ${round(point.y)}`;
    if (!before && !after) text += 'h.01';
  });
  return text;
}
