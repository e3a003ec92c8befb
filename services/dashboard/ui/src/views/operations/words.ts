// What the page of operational plans says.
import { viewWords } from '../../words/views.ts';

export type { OperationsWords } from './words/en.ts';
export const dictionary = viewWords('operations');
