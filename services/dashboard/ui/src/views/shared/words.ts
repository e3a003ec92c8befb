// Words that several views share.
import { ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';
import type { Widened } from '../../words/en.ts';
import type { Dictionary } from '../../words/words.ts';

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
export type SharedWords = Widened<typeof en>;

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

const fr: SharedWords = {
  why: {
    title: (status) => `Pourquoi ${status.toLowerCase()}\u00a0?`,
    steps: {
      [Kind.UNSPECIFIED]: '',
      [Kind.LIFECYCLE]: 'Cycle de vie',
      [Kind.PERIOD]: 'Période',
      [Kind.DATA]: 'Chiffres',
      [Kind.VALUE]: 'Valeur',
      [Kind.TARGET]: 'Cible et seuil rouge',
      [Kind.SCORE]: 'Score',
      [Kind.OUTCOME]: 'Couleur',
      [Kind.DELIVERY]: 'Réalisation propre',
      [Kind.PARTS]: 'Parties',
      [Kind.COVERAGE]: 'Couverture',
      [Kind.MISSING_POLICY]: 'Ce qui manque',
      [Kind.MEAN]: 'Moyenne',
      [Kind.STATUS]: 'Couleur',
      [Kind.CAP]: 'Plafond',
    },
    and: 'et',
    or: 'ou',
  },
  all: (count) => `tous les ${count}`,
  none: 'aucun',
  unknown: 'non précisé',
  yes: 'oui',
  no: 'non',
  loadingMore: 'Chargement',
  youAreHere: 'Vous êtes ici',
};

export const shared: Dictionary<SharedWords> = { en, nl, fr };
