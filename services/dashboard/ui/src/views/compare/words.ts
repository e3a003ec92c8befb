// What the page of comparisons says.
import { viewWords } from '../../words/views.ts';

export type { CompareWords } from './words/en.ts';
export const dictionary = viewWords('compare');
