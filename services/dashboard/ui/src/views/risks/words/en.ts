// What the page of risks says. In English; nl and fr must have the same entries.
import type { Widened } from '../../../words/en.ts';

const en = {
  lead: 'Open risks by likelihood and impact, each from 1 to 5. The darker a cell, the higher the score.',
  residual: 'With controls (residual)', inherent: 'Without controls (inherent)',
  likelihood: 'Likelihood', impact: 'Impact',
  cell: (count: number, l: number, i: number) => `${count} ${count === 1 ? 'risk' : 'risks'} with likelihood ${l} and impact ${i}`,
  cellTitle: (l: number, i: number) => `likelihood ${l}, impact ${i}`,
  allRisks: 'All risks', onlyOverdue: 'Review overdue', onlyUntreated: 'Without treatment',
  counts: (open: string, high: string, overdue: string, untreated: string) => `${open} open; ${high} of 10 or more; ${overdue} with an overdue review; ${untreated} without a decided treatment.`,
  risk: 'Risk', score: 'Residual', before: 'Inherent', treatment: 'Treatment', owner: 'Owner', review: 'Next review', elements: 'Threatens', none: 'No open risks.', noneHere: 'No risk meets the filter.',
  treatments: { none: 'not decided', avoid: 'avoid', reduce: 'reduce', transfer: 'transfer', accept: 'accept' },
  overdue: 'overdue', category: 'Category', controls: 'Controls', plan: 'What is done', why: 'Why it is higher than without controls', details: 'Details', lastReview: (day: string) => `last reviewed ${day}`, notJudged: 'not judged with controls',
};
export default en;

export type RiskWords = Widened<typeof en>;
