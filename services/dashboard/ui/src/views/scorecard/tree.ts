// The scorecard as rows: the plan, its elements and, before the elements below each, its indicators.
import { type ScorecardIndicator, type ScorecardNode, ScorecardStatus } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { idOf } from '../../app/address/route.ts';
import { letterOf, type Letter } from '../../components/score/status.ts';

interface Common {
  id: string; // in the address: "plan", "e1-3", "e1-3/gob/absence/theme:WORK"
  at: number; // its place among all rows
  parent: number; // the place of the row above it; -1: none
  level: number; // the plan is 1
  position: number; // among its siblings, from 1
  siblings: number; // how many they are, itself included
  end: number; // the place after its last descendant
  letter: Letter;
}
export interface NodeRow extends Common {
  kind: 'node';
  node: ScorecardNode;
}
export interface IndicatorRow extends Common {
  kind: 'indicator';
  indicator: ScorecardIndicator;
  element: ScorecardNode;
}
export type Row = NodeRow | IndicatorRow;

export const indicatorId = (element: string, indicator: string, slice: { readonly [dimension: string]: string }): string => {
  const [, institution = '', , id = ''] = indicator.split('/');
  return [idOf(element), institution, id, ...Object.keys(slice).sort().map((dimension) => `${dimension}:${slice[dimension]}`)].join('/');
};

// All rows, each before those below it. Without recursion: a plan may be deep.
export function rowsOf(root: ScorecardNode): Row[] {
  const rows: Row[] = [];
  const ends: { at: number; level: number }[] = [];
  const stack: { node: ScorecardNode; parent: number; level: number; position: number; siblings: number }[] = [{ node: root, parent: -1, level: 1, position: 1, siblings: 1 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, parent, level, position, siblings } = next;
    while (ends.length > 0 && (ends[ends.length - 1]?.level ?? 0) >= level) {
      const done = ends.pop();
      const row = done ? rows[done.at] : undefined;
      if (row) row.end = rows.length;
    }
    const at = rows.length;
    rows.push({ kind: 'node', id: level === 1 ? 'plan' : idOf(node.name), at, parent, level, position, siblings, end: at + 1, letter: letterOf(node.status), node });
    ends.push({ at, level });
    const below = node.indicators.length + node.children.length;
    node.indicators.forEach((indicator, index) => {
      const place = rows.length;
      rows.push({
        kind: 'indicator', id: indicatorId(node.name, indicator.indicator, indicator.slice), at: place, parent: at, level: level + 1,
        position: index + 1, siblings: below, end: place + 1, letter: letterOf(indicator.status), indicator, element: node,
      });
    });
    for (let index = node.children.length - 1; index >= 0; --index) {
      const child = node.children[index];
      if (child) stack.push({ node: child, parent: at, level: level + 1, position: node.indicators.length + index + 1, siblings: below });
    }
  }
  for (const { at } of ends) {
    const row = rows[at];
    if (row) row.end = rows.length;
  }
  return rows;
}

export const expandable = (row: Row): boolean => row.end > row.at + 1;

// Which rows are open. The address has the base, and the rows that differ from it.
export type Base = 'red' | 'all' | 'none';
export interface Folding {
  base: Base;
  flipped: ReadonlySet<string>;
}

// red: the plan, the axes, and what leads to red; none: the plan alone.
export function openRows(rows: readonly Row[], { base, flipped }: Folding): boolean[] {
  const open = rows.map((row) => base === 'all' || row.level === 1);
  if (base === 'red') {
    for (const row of rows) {
      if (row.level === 2) open[row.at] = true;
      const status = row.kind === 'node' ? row.node.status : row.indicator.status;
      if (status !== ScorecardStatus.RED) continue;
      for (let above = row.parent; above >= 0; above = rows[above]?.parent ?? -1) open[above] = true;
    }
  }
  for (const row of rows) if (flipped.has(row.id)) open[row.at] = !open[row.at];
  return open;
}

export interface Filter {
  letters: ReadonlySet<Letter>; // empty: all
  text: string;
  units: ReadonlySet<string>; // owner units, by resource name; empty: all
  critical: boolean;
  changed: boolean; // another status than in the quarter before
}

export const isFiltering = (filter: Filter): boolean =>
  filter.letters.size > 0 || filter.text.trim() !== '' || filter.units.size > 0 || filter.critical || filter.changed;

// Without case and accents: "élan" is found by "elan".
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export interface Facts {
  ownerName: (unit: string) => string;
  // The status of a node in the quarter before; undefined: unknown.
  before: (name: string) => ScorecardStatus | undefined;
}

export function matches(row: Row, filter: Filter, facts: Facts): boolean {
  const node = row.kind === 'node' ? row.node : row.element;
  if (filter.letters.size > 0 && !filter.letters.has(row.letter)) return false;
  if (filter.critical && !(row.kind === 'node' ? row.node.critical : row.indicator.critical)) return false;
  if (filter.units.size > 0 && !filter.units.has(node.ownerUnit)) return false;
  if (filter.changed) {
    if (row.kind !== 'node') return false;
    const before = facts.before(row.node.name);
    if (before === undefined || before === row.node.status) return false;
  }
  const text = plain(filter.text.trim());
  if (text === '') return true;
  const said = row.kind === 'node' ? [row.node.code, row.node.title, row.node.lead, facts.ownerName(row.node.ownerUnit)] : [row.indicator.title, ...Object.values(row.indicator.slice)];
  return said.some((part) => plain(part).includes(text));
}

export interface Shown {
  rows: Row[]; // in order
  matching: number; // how many match; the others only lead to them
}

// The rows in view: without filter those in open rows; with one those that match and what is above them.
export function visible(rows: readonly Row[], open: readonly boolean[], filter: Filter, facts: Facts): Shown {
  if (!isFiltering(filter)) {
    const shown: Row[] = [];
    for (let at = 0; at < rows.length; ) {
      const row = rows[at];
      if (!row) break;
      shown.push(row);
      at = open[at] ? at + 1 : row.end;
    }
    return { rows: shown, matching: shown.length };
  }
  const keep = new Array<boolean>(rows.length).fill(false);
  let matching = 0;
  for (const row of rows) {
    if (!matches(row, filter, facts)) continue;
    ++matching;
    for (let at = row.at; at >= 0 && !keep[at]; at = rows[at]?.parent ?? -1) keep[at] = true;
  }
  return { rows: rows.filter((row) => keep[row.at]), matching };
}

// Whether a row is open, as it looks: with a filter all that leads to a match is.
export function looksOpen(row: Row, shown: readonly Row[], index: number): boolean {
  return shown[index + 1]?.parent === row.at;
}
