// Filters and folding, as the address has them.
import type { Letter } from '../../components/score/status.ts';
import type { Base, Filter, Folding } from './tree.ts';

type Query = Readonly<Record<string, string>>;

export const letters: readonly Letter[] = ['r', 'a', 'g', 'n', 'x'];

export function foldingOf(query: Query): Folding {
  const base = query['open'];
  return {
    base: base === 'all' || base === 'none' ? base : 'red',
    flipped: new Set((query['flip'] ?? '').split(',').filter((id) => id !== '')),
  };
}

export function foldingQuery({ base, flipped }: Folding): Record<string, string> {
  return { open: base === 'red' ? '' : base, flip: [...flipped].sort().join(',') };
}

export const rebased = (base: Base): Folding => ({ base, flipped: new Set() });

export function flippedRow(folding: Folding, id: string): Folding {
  const flipped = new Set(folding.flipped);
  if (!flipped.delete(id)) flipped.add(id);
  return { ...folding, flipped };
}

// `units` of the address with all units below them, by resource name.
export function filterOf(query: Query, unitsBelow: (id: string) => ReadonlySet<string>): Filter {
  return {
    letters: new Set(letters.filter((letter) => (query['status'] ?? '').includes(letter))),
    text: query['q'] ?? '',
    units: query['unit'] ? unitsBelow(query['unit']) : new Set(),
    critical: query['critical'] === '1',
    changed: query['changed'] === '1',
  };
}
