// What the page of risks says.
import { viewWords } from '../../words/views.ts';

export type { RiskWords } from './words/en.ts';
export const dictionary = viewWords('risks');
