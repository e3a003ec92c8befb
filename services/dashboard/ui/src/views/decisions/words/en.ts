// What the page of decisions says. In English; nl and fr must have the same entries.
import type { Widened } from '../../../words/en.ts';

const en = {
  lead: 'What was decided about an element or on a publication, who carries it out, and until when. An open decision returns in every board table until it is done.',
  counts: (open: string, overdue: string) => `${open} open, ${overdue} of them overdue.`,
  open: 'Open', closed: 'Done or dropped', all: 'All', decision: 'Decision', about: 'About', responsible: 'Responsible', decided: 'Decided', due: 'Due', state: 'State',
  states: { open: 'open', inProgress: 'in progress', done: 'done', dropped: 'dropped' },
  overdue: (days: string) => `${days} days overdue`, doneOn: (day: string) => `done ${day}`, droppedOn: (day: string) => `dropped ${day}`, none: 'No decisions yet.', noneHere: 'No decision meets the filter.',
  publication: (number: string, quarter: string) => `publication ${number} of ${quarter}`, details: 'Text and follow-up', notes: 'Follow-up', byAuthor: (who: string) => `by ${who}`, enter: 'Enter a decision', edit: 'Follow up',
};
export default en;

export type DecisionWords = Widened<typeof en>;
