// The milestones of an element and of all below it, on one time line.
import { type ScorecardMilestone, ScorecardMilestone_State as State, type ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { dayNumber } from '../../charts/geometry/periods.ts';
import { isoDay, type Day } from '../../format/dates.ts';
import { nodesOf } from '../shared/nodes.ts';

export interface MilestoneRow {
  node: ScorecardNode;
  milestone: ScorecardMilestone;
  due: Day;
}

export function milestoneRows(root: ScorecardNode): MilestoneRow[] {
  const rows = nodesOf(root).flatMap((node) => node.milestones.flatMap((milestone) => (milestone.dueDate ? [{ node, milestone, due: milestone.dueDate }] : [])));
  return rows.sort((a, b) => isoDay(a.due).localeCompare(isoDay(b.due)) || a.node.code.localeCompare(b.node.code, undefined, { numeric: true }));
}

// Those that a reader looks for first: missed, then what lies nearest to the day.
export function mattering(rows: readonly MilestoneRow[], today: Day, most: number): MilestoneRow[] {
  if (rows.length <= most) return [...rows];
  const distance = (row: MilestoneRow) => (row.milestone.state === State.MISSED ? -1 : Math.abs(dayNumber(row.due) - dayNumber(today)));
  const chosen = new Set([...rows].sort((a, b) => distance(a) - distance(b)).slice(0, most));
  return rows.filter((row) => chosen.has(row));
}

// Days from the due day to the day it was reached, or to today; 0 when in time.
export function daysLate(row: MilestoneRow, today: Day): number {
  return Math.max(0, dayNumber(row.milestone.doneDate ?? today) - dayNumber(row.due));
}
