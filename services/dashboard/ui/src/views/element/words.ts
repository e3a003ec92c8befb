// What the page of an element says.
import { viewWords } from '../../words/views.ts';

export type { ElementWords } from './words/en.ts';
export const dictionary = viewWords('element');
