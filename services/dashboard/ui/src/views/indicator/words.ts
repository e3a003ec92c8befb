// What the page of an indicator says.
import { viewWords } from '../../words/views.ts';

export type { IndicatorWords } from './words/en.ts';
export const dictionary = viewWords('indicator');
