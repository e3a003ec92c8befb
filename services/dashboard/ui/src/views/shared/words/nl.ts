import { ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';
import type { SharedWords } from './en.ts';

const nl: SharedWords = {
  why: {
    title: (status) => `Waarom ${status.toLowerCase()}?`,
    steps: {
      [Kind.UNSPECIFIED]: '',
      [Kind.LIFECYCLE]: 'Levensloop',
      [Kind.PERIOD]: 'Periode',
      [Kind.DATA]: 'Cijfers',
      [Kind.VALUE]: 'Waarde',
      [Kind.TARGET]: 'Doel en rode vlag',
      [Kind.SCORE]: 'Score',
      [Kind.OUTCOME]: 'Kleur',
      [Kind.DELIVERY]: 'Eigen oplevering',
      [Kind.PARTS]: 'Delen',
      [Kind.COVERAGE]: 'Dekking',
      [Kind.MISSING_POLICY]: 'Wat ontbreekt',
      [Kind.MEAN]: 'Gemiddelde',
      [Kind.STATUS]: 'Kleur',
      [Kind.CAP]: 'Begrenzing',
    },
    and: 'en',
    or: 'of',
  },
  all: (count) => `alle ${count}`,
  none: 'geen',
  unknown: 'niet vermeld',
  yes: 'ja',
  no: 'nee',
  loadingMore: 'Laden',
  youAreHere: 'U bent hier',
};
export default nl;
