// What the page of operational plans says. In English; nl and fr must have the same entries.
import type { Widened } from '../../../words/en.ts';

const en = {
  lead: 'What a unit, with the units that are part of it, does in a year to carry out the plan, and the staff and money it sets aside for that.',
  unit: 'Unit', year: 'Year', version: 'Version', none: 'There is no operational plan of this unit and year yet.', noneAtAll: 'There are no operational plans of this plan yet.',
  state: { draft: 'draft', submitted: 'submitted', approved: 'approved', returned: 'returned' },
  approved: (day: string, who: string) => `approved ${day} by ${who}`, submitted: (day: string, who: string) => `submitted ${day} by ${who}`, derived: (day: string) => `derived from the plan on ${day}`,
  title: (unit: string, year: string) => `${unit}, ${year}`,
  action: 'Action', role: 'Role', roles: { owner: 'answers for it', contributor: 'contributes' }, dates: 'Dates', milestones: 'Milestones of the year', staff: 'Staff (FTE)', money: 'Money', notes: 'Notes', total: 'Total',
  gone: 'no part of the strategic plan any more', done: (day: string) => `reached ${day}`, missed: 'missed', until: (day: string) => `until ${day}`, completed: (day: string) => `completed ${day}`, actions: (count: number) => (count === 1 ? '1 action' : `${count} actions`),
};
export default en;

export type OperationsWords = Widened<typeof en>;
