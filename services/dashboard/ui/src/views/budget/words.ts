// What the page of the budget says.
import { viewWords } from '../../words/views.ts';

export type { BudgetWords } from './words/en.ts';
export const dictionary = viewWords('budget');
