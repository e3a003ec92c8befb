// What the pages of publications say.
import { viewWords } from '../../words/views.ts';

export type { PublicationWords } from './words/en.ts';
export const dictionary = viewWords('publications');
