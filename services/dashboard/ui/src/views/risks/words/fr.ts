import type { RiskWords } from './en.ts';

const fr: RiskWords = {
  lead: 'Risques ouverts par probabilité et impact, chacun de 1 à 5. Plus une case est foncée, plus le score est élevé.',
  residual: 'Avec les mesures (résiduel)', inherent: 'Sans mesures (inhérent)',
  likelihood: 'Probabilité', impact: 'Impact',
  cell: (count, l, i) => `${count} ${count === 1 ? 'risque' : 'risques'} de probabilité ${l} et d’impact ${i}`,
  cellTitle: (l, i) => `probabilité ${l}, impact ${i}`,
  allRisks: 'Tous les risques', onlyOverdue: 'Révision en retard', onlyUntreated: 'Sans traitement',
  counts: (open, high, overdue, untreated) => `${open} ouverts ; ${high} de 10 ou plus ; ${overdue} dont la révision est en retard ; ${untreated} sans traitement décidé.`,
  risk: 'Risque', score: 'Résiduel', before: 'Inhérent', treatment: 'Traitement', owner: 'Responsable', review: 'Prochaine révision', elements: 'Menace', none: 'Aucun risque ouvert.', noneHere: 'Aucun risque ne répond au filtre.',
  treatments: { none: 'non décidé', avoid: 'éviter', reduce: 'réduire', transfer: 'transférer', accept: 'accepter' },
  overdue: 'en retard', category: 'Catégorie', controls: 'Mesures de maîtrise', plan: 'Ce qui est fait', why: 'Pourquoi il est plus élevé que sans mesures', details: 'Détails', lastReview: (day) => `dernière révision ${day}`, notJudged: 'non évalué avec les mesures',
};
export default fr;
