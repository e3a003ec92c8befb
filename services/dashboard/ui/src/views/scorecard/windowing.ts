// Large trees are drawn in blocks; a block far from the screen is a gap of its height.

export const blockRows = 40;
// Below this many rows everything is drawn, so that the browser's own search and printing find it.
export const drawnWhole = 400;
export const rowHeight = 37; // pixels, until a block was measured

export interface Block {
  first: number;
  count: number;
}

export function blocksOf(rows: number): Block[] {
  if (rows <= drawnWhole) return rows === 0 ? [] : [{ first: 0, count: rows }];
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, at) => ({ first: at * blockRows, count: Math.min(blockRows, rows - at * blockRows) }));
}
