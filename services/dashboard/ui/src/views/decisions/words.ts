// What the page of decisions says.
import { viewWords } from '../../words/views.ts';

export type { DecisionWords } from './words/en.ts';
export const dictionary = viewWords('decisions');
