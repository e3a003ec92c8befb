// What the scorecard says.
import { viewWords } from '../../words/views.ts';

export type { ScorecardWords } from './words/en.ts';
export const scorecardWords = viewWords('scorecard');
