// What the page of administration says.
import { viewWords } from '../../words/views.ts';

export type { AdministrationWords } from './words/en.ts';
export const dictionary = viewWords('administration');
