// The geometry of a move from one score to another, on the scale from 0 to 100.

export const width = 108;
export const edge = 4;

export const place = (score: number): number => edge + (Math.max(0, Math.min(100, score)) / 100) * (width - 2 * edge);
