// Where the numbers of risks stand in a matrix of 5 by 5: those of one cell side by side.

export interface Place {
  number: number;
  x: number; // 0 to 5, in cells from the left
  y: number; // 0 to 5, in cells from the top
}

export function matrixPlaces(risks: readonly { likelihood: number; impact: number }[]): Place[] {
  const cells = new Map<string, number[]>();
  risks.forEach((risk, at) => {
    const cell = `${risk.likelihood} ${risk.impact}`;
    cells.set(cell, [...(cells.get(cell) ?? []), at]);
  });
  const places: Place[] = [];
  for (const [cell, members] of cells) {
    const [likelihood = 1, impact = 1] = cell.split(' ').map(Number);
    members.forEach((member, at) => {
      // One in the middle; more of them in rows of two.
      const rows = Math.ceil(members.length / 2);
      const row = Math.floor(at / 2);
      const inRow = row === rows - 1 && members.length % 2 === 1 ? 1 : 2;
      const alone = members.length === 1 || inRow === 1;
      places.push({
        number: member + 1,
        x: impact - 1 + (alone ? 0.5 : 0.26 + (at % 2) * 0.48),
        y: 5 - likelihood + (rows === 1 ? 0.5 : 0.26 + (row * 0.48) / Math.max(1, rows - 1)),
      });
    });
  }
  return places.sort((a, b) => a.number - b.number);
}
