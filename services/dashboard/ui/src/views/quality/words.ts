// What the page of data quality says.
import { viewWords } from '../../words/views.ts';

export type { QualityWords } from './words/en.ts';
export const dictionary = viewWords('quality');
