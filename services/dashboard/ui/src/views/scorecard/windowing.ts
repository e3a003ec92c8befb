// Trees are drawn in blocks of rows. Of a large tree only those near the screen are; a block that is not drawn is a
// gap of its height.

export const blockRows = 40;
// Up to this many rows all are drawn in the end, so that the browser's own search finds them.
export const drawnWhole = 400;
export const rowHeight = 37; // pixels, until a block was measured

export interface Block {
  first: number;
  count: number;
}

export function blocksOf(rows: number): Block[] {
  return Array.from({ length: Math.ceil(rows / blockRows) }, (_, at) => ({ first: at * blockRows, count: Math.min(blockRows, rows - at * blockRows) }));
}
