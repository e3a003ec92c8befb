// What a key does in the tree, after the pattern "treegrid" of ARIA: rows first, then cells.
import { expandable, type Row } from './tree.ts';

export interface Position {
  index: number; // the row in view
  cell: number; // -1: the row itself
}

export type Action =
  | { kind: 'move'; to: Position }
  | { kind: 'toggle'; row: Row }
  | { kind: 'open-page'; row: Row }
  | { kind: 'why'; row: Row }
  | undefined;

export interface Grid {
  rows: readonly Row[];
  isOpen: (index: number) => boolean;
  cells: number;
}

const page = 20;

export function actionOf(key: string, { index, cell }: Position, { rows, isOpen, cells }: Grid): Action {
  const row = rows[index];
  if (!row) return undefined;
  const to = (next: number, nextCell = cell): Action => ({ kind: 'move', to: { index: Math.max(0, Math.min(rows.length - 1, next)), cell: nextCell } });
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return to(index - 1);
    case 'PageDown':
      return to(index + page);
    case 'PageUp':
      return to(index - page);
    case 'Home':
      return cell >= 0 ? to(index, 0) : to(0);
    case 'End':
      return cell >= 0 ? to(index, cells - 1) : to(rows.length - 1);
    case 'ArrowRight':
      if (cell < 0 && expandable(row) && !isOpen(index)) return { kind: 'toggle', row };
      return to(index, Math.min(cells - 1, cell + 1));
    case 'ArrowLeft': {
      if (cell >= 0) return to(index, cell - 1);
      if (expandable(row) && isOpen(index)) return { kind: 'toggle', row };
      const above = rows.findIndex((candidate) => candidate.at === row.parent);
      return above >= 0 ? to(above, -1) : undefined;
    }
    case 'Enter':
      return { kind: 'open-page', row };
    case ' ':
      return expandable(row) ? { kind: 'toggle', row } : undefined;
    case '?':
      return { kind: 'why', row };
    default:
      return undefined;
  }
}
