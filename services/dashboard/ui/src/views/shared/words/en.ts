// Words that several views share. In English; nl and fr must have the same entries.
import { ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';
import type { Widened } from '../../../words/en.ts';

const en = {
  why: {
    title: (status: string) => `Why ${status.toLowerCase()}?`,
    steps: {
      [Kind.UNSPECIFIED]: '',
      [Kind.LIFECYCLE]: 'Life',
      [Kind.PERIOD]: 'Period',
      [Kind.DATA]: 'Figures',
      [Kind.VALUE]: 'Value',
      [Kind.TARGET]: 'Target and red flag',
      [Kind.SCORE]: 'Score',
      [Kind.OUTCOME]: 'Colour',
      [Kind.DELIVERY]: 'Own delivery',
      [Kind.PARTS]: 'Parts',
      [Kind.COVERAGE]: 'Coverage',
      [Kind.MISSING_POLICY]: 'What is missing',
      [Kind.MEAN]: 'Mean',
      [Kind.STATUS]: 'Colour',
      [Kind.CAP]: 'Cap',
    },
    and: 'and',
    or: 'or',
  },
  all: (count: number) => `all ${count}`,
  none: 'none',
  unknown: 'not said',
  yes: 'yes',
  no: 'no',
  loadingMore: 'Loading',
  youAreHere: 'You are here',
};
export default en;

export type SharedWords = Widened<typeof en>;
