// What the pages of work say.
import { viewWords } from '../../words/views.ts';

export type { WorkWords } from './words/en.ts';
export const dictionary = viewWords('work');
