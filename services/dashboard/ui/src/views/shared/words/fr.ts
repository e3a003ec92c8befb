import { ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';
import type { SharedWords } from './en.ts';

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
export default fr;
