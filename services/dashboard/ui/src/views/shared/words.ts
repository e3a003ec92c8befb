// Words that several views share.
import { viewWords } from '../../words/views.ts';

export type { SharedWords } from './words/en.ts';
export const shared = viewWords('shared');
