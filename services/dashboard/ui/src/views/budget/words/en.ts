// What the page of the budget says. In English; nl and fr must have the same entries.
import type { Widened } from '../../../words/en.ts';

const en = {
  lead: (quarter: string, elapsed: string) => `Cumulative since 1 January, up to the end of ${quarter}; ${elapsed} of the year has elapsed. An element has the budget of those below it.`,
  element: 'Element', initial: 'Initial', adjusted: 'Adjusted', committed: 'Committed', paid: 'Paid', execution: 'Execution', payments: 'Payments', cost: 'Cost per unit',
  timing: { behind: 'behind', inStep: 'in step', ahead: 'ahead' },
  key: 'Bar: committed behind, paid in front, of what is appropriated. Mark: the part of the year that has elapsed.',
  kinds: { payment: 'Payment appropriations', commitment: 'Commitment appropriations' },
  elements: 'By element', lines: 'By budget line', line: 'Line', shares: 'Pays for', incomplete: (count: string) => `${count} lines incomplete`, noAmounts: 'no amounts of the quarter',
  none: 'No budget line has a share for an element of the plan.', unassigned: 'for no element', plan: 'Plan', total: 'All lines',
  costOf: (cost: string, output: string) => `${cost} each (${output})`,
};
export default en;

export type BudgetWords = Widened<typeof en>;
